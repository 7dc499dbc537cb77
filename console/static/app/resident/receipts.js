// Proof that my answers were counted, kept on this device alone.
import { announce } from "../announcer.js";
import { $, button, el, fill } from "../elements.js";
import { attempt } from "../problems.js";
import { moment, t } from "../told.js";
import { lookUp } from "./ballots.js";
import { kept } from "./store.js";

const COLOURS = { counted: "success", open: "info", destroyed: "neutral", missing: "danger" };

export function show(place) {
  const { receipts, waiting } = kept();
  fill(place,
    el("h1", { class: "ds-heading", "data-size": "md", tabindex: "-1" }, t("app.receipts")),
    el("p", { class: "ds-paragraph" }, t("app.receipts-lead")),
    waiting.length ? el("section", { class: "stack", "aria-labelledby": "waiting" }, el("h2", { class: "ds-heading", "data-size": "xs", id: "waiting" }, t("app.waiting-list")),
      waiting.map((one) => el("article", { class: "ds-card" }, el("h3", { class: "ds-heading", "data-size": "2xs" }, one.title), el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, one.at ? t("app.leaves", { at: moment(one.at) }) : t("app.leaves-soon"))))) : null,
    receipts.map(card),
    receipts.length || waiting.length ? null : el("div", { class: "empty" }, el("p", { class: "ds-paragraph" }, t("app.no-receipts"))));
}

function card(receipt) {
  const said = el("div", { role: "status", class: "stack" });
  return el("article", { class: "ds-card stack" }, el("h2", { class: "ds-heading", "data-size": "2xs" }, receipt.title), said,
    el("div", { class: "row" }, button(t("app.check"), (event) => attempt($("#problem"), event.target, async () => {
      const state = await lookUp(receipt);
      fill(said, el("div", { class: "row" }, el("span", { class: "ds-tag", "data-color": COLOURS[state] ?? "neutral", "data-receipt": state }, t(`app.box-${state}`))), el("p", { class: "ds-paragraph", "data-size": "sm" }, t(`app.box-${state}-text`)));
      announce(t(`app.box-${state}`));
    }), { variant: "secondary", size: "sm", "aria-label": t("app.check-named", { title: receipt.title }) })));
}
