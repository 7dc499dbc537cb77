// Saying yes and no: each purpose on its own, no as easy as yes, withdrawn with one press.
import { announce } from "../announcer.js";
import { get, put } from "../api.js";
import { $, button, el, field, fill, goTo } from "../elements.js";
import { attempt } from "../problems.js";
import { moment, t, told } from "../told.js";
import { asMe, keep } from "./store.js";
import { canBeWoken, letMeSleep, wakeMe } from "./wake.js";

export async function show(place) {
  const [{ items: purposes }, mine] = await Promise.all([get("/v1/purposes", asMe()), get("/v1/me/consents", asMe())]);
  const by = new Map(mine.items.map((one) => [one.purpose, one]));
  const asked = purposes.filter((purpose) => purpose.legal_basis === "consent");
  keep((now) => { now.granted = Object.fromEntries(mine.items.map((one) => [one.purpose, one.status === "granted"])); });
  fill(place,
    el("h1", { class: "ds-heading", "data-size": "md", tabindex: "-1" }, t("app.consents")),
    el("p", { class: "ds-paragraph" }, t("app.consents-lead")),
    asked.map((purpose) => card(purpose, by.get(purpose.purpose))),
    el("h2", { class: "ds-heading", "data-size": "xs" }, t("app.duties")),
    el("p", { class: "ds-paragraph" }, t("app.duties-lead")),
    purposes.filter((purpose) => !asked.includes(purpose)).map(duty));
}

/** What the municipality does because the law says so: told like the others, and without a switch. */
function duty(purpose) {
  const id = `purpose-${purpose.purpose}`;
  return el("section", { class: "ds-card stack", "aria-labelledby": `${id}-title`, id, "data-status": purpose.status },
    el("h3", { class: "ds-heading", "data-size": "2xs", id: `${id}-title` }, purpose.title),
    purpose.text.split("\n\n").map((part) => el("p", { class: "ds-paragraph" }, part)),
    details(purpose));
}

function card(purpose, consent) {
  const granted = consent?.status === "granted";
  const id = `purpose-${purpose.purpose}`;
  const age = el("input", { class: "ds-input", type: "checkbox", id: `${id}-age` });
  const asksAge = purpose.needs_age;
  const problem = el("div", { class: "problem", hidden: true });
  const decide = (yes) => (event) => attempt(problem, event.target, async () => {
    if (yes && asksAge && !age.checked) throw { spoken: t("app.needs-age") };
    const body = { granted: yes, notice_version: purpose.notice_version, language: told.language, ...(yes && asksAge ? { of_age: true } : {}) };
    const said = await put(`/v1/me/consents/${purpose.purpose}`, body, asMe());
    const fresh = card(purpose, { ...said, purpose: purpose.purpose });
    keep((now) => { now.granted[purpose.purpose] = yes; });
    place.replaceWith(fresh);
    goTo($("h2", fresh));
    announce(t(yes ? "app.granted-now" : "app.withdrawn-now", { title: purpose.title }));
    if (purpose.purpose === "push_messages") await knock(fresh, yes);
  }, () => age);
  const place = el("section", { class: "ds-card stack", "aria-labelledby": `${id}-title`, id, "data-status": consent?.status ?? "none" },
    el("div", { class: "row between" },
      el("h2", { class: "ds-heading grow", "data-size": "2xs", id: `${id}-title`, tabindex: "-1" }, purpose.title),
      el("span", { class: "ds-tag", "data-size": "sm", "data-color": granted ? "success" : "neutral" }, t(granted ? "app.status-granted" : consent?.status === "withdrawn" ? "app.status-withdrawn" : consent?.status === "lapsed" ? "app.status-lapsed" : "app.status-none"))),
    purpose.text.split("\n\n").map((part) => el("p", { class: "ds-paragraph" }, part)),
    details(purpose),
    problem,
    granted && consent.at ? el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, t("app.since", { at: moment(consent.at) })) : null,
    !granted && asksAge ? field(t("app.of-age", { age: purpose.age }), age, { toggle: true }) : null,
    el("div", { class: "row" }, granted
      ? button(t("app.withdraw"), decide(false), { variant: "secondary", "data-act": "withdraw" })
      : [button(t("app.grant"), decide(true), { variant: "secondary", "data-act": "grant" }), consent ? null : button(t("app.refuse"), decide(false), { variant: "secondary", "data-act": "refuse" })]));
  return place;
}

/** Once messages are agreed to, this browser is told to listen; where it cannot, that is said. */
async function knock(place, yes) {
  if (!yes) return letMeSleep();
  if (await wakeMe()) return;
  place.append(el("p", { class: "ds-paragraph", "data-size": "sm", role: "status" }, t(canBeWoken() ? "app.not-woken" : "app.cannot-be-woken")));
}

const list = (values) => values.join(", ");

function details(purpose) {
  const rows = [["app.purpose-data", list(purpose.data_categories)], ["app.purpose-systems", list(purpose.systems)], ["app.purpose-retention", purpose.retention], ["app.purpose-withdraw", purpose.withdraw]].filter(([, value]) => value);
  return el("div", {}, el("details", { class: "ds-details" }, el("summary", {}, t("app.purpose-more")),
    el("div", {}, el("dl", { class: "facts" }, rows.flatMap(([key, value]) => [el("dt", {}, t(key)), el("dd", {}, value)]), el("dt", {}, t("app.purpose-version")), el("dd", {}, String(purpose.notice_version))))));
}
