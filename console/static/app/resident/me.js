// What is held about me, and leaving.
import { announce } from "../announcer.js";
import { ask, get, post, remove } from "../api.js";
import { confirmed } from "../confirm.js";
import { $, button, el, fill } from "../elements.js";
import { attempt } from "../problems.js";
import { t } from "../told.js";
import { choices } from "./choices.js";
import { asMe, forget, kept } from "./store.js";

export async function show(place) {
  const link = el("div", { role: "status" });
  const act = (label, does, more = {}) => button(t(label), (event) => attempt($("#problem"), event.target, does), { variant: "secondary", ...more });
  fill(place,
    el("h1", { class: "ds-heading", "data-size": "md", tabindex: "-1" }, t("app.me")),
    kept().granted.personal_feed ? await choices()
      : section("app.choices", "app.choices-need", el("a", { class: "ds-link", href: "#/consents" }, t("app.consents"))),
    section("app.export", "app.export-text", act("app.export-now", download)),
    section("app.link", "app.link-text", act("app.link-now", async () => {
      const made = await post("/v1/me/links", {}, asMe());
      fill(link, el("p", { class: "ds-paragraph" }, t("app.link-code"), ": ", el("code", {}, made.code)));
    }), link),
    section("app.leave", "app.leave-text", act("app.leave-now", leave, { colour: "danger", id: "leave" })));
}

const section = (heading, text, ...parts) => el("section", { class: "ds-card stack", "aria-label": t(heading) },
  el("h2", { class: "ds-heading", "data-size": "2xs" }, t(heading)), el("p", { class: "ds-paragraph" }, t(text)), parts.length ? el("div", { class: "row" }, parts) : null);

async function download() {
  const held = await get("/v1/me/export", asMe());
  const address = URL.createObjectURL(new Blob([JSON.stringify(held, null, 2)], { type: "application/json" }));
  el("a", { href: address, download: "medvirk.json" }).click();
  URL.revokeObjectURL(address);
  announce(t("app.exported"));
}

async function leave() {
  await ask("DELETE", "/v1/me?dry_run=true", asMe());
  if (!(await confirmed({ heading: t("app.leave-heading"), text: t("app.leave-final"), yes: t("app.leave-now"), danger: true }))) return;
  await remove("/v1/me", asMe());
  forget();
  announce(t("app.left"));
  location.hash = "#/join";
  dispatchEvent(new Event("medvirk:changed"));
}
