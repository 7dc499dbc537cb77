// How the draft stands, said in the bar that is always in reach; and what to do where somebody else has saved another.
import { announce } from "../announcer.js";
import { $, button, el, fill } from "../elements.js";
import { sentence } from "../problems.js";
import { moment, t, told } from "../told.js";
import { differences } from "./differences.js";
import { named } from "./named.js";

const MOST_SHOWN = 40;
const clock = (at) => new Intl.DateTimeFormat(told.language === "en" ? "en-GB" : "nb-NO", { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
const today = (at) => new Date(at).toDateString() === new Date().toDateString();
const when = (at) => (today(at) ? clock(at) : moment(at));

/** Says how the draft stands: a state of `keeping`, and what is known of it. */
export function standing() {
  const place = $("#standing");
  let last = null;
  return (state, about) => {
    place.dataset.state = state;
    if (state === "saved") last = about?.saved_at ?? last;
    place.textContent = state === "saved" ? (last ? t("survey.saved-at", { time: when(last) }) : t("survey.standing-new"))
      : state === "refused" ? sentence(about) : t(`survey.standing-${state}`);
    if (state === "signed-out") place.append(" ", el("a", { class: "ds-link", href: "/console", target: "_blank" }, t("survey.sign-in")));
  };
}

/** Who else has the draft open. */
export function showBeside({ others }) {
  const place = $("#beside"), said = others.map((one) => (one.same ? t("survey.beside-same") : t("survey.beside", { name: one.name || t("survey.somebody") }))).join(" ");
  if (place.textContent !== said) place.textContent = said;
  place.hidden = !said;
}

/**
 * Somebody has saved another version. `mine` says whether something here is not saved; `choose(mine)` goes on with what is
 * written here or with theirs; `read()` is what is written here.
 */
export function showChanged({ theirs, mine }, read, choose) {
  const place = $("#changed"), name = theirs.saved_by || t("survey.somebody");
  const list = el("div", { hidden: true });
  const look = button(t("survey.changed-look"), () => {
    const found = differences({ document: theirs.document, plan: theirs.plan }, read());
    const said = (value) => (value === undefined || value === "" ? "–" : String(value));
    fill(list, el("table", { class: "ds-table", "data-size": "sm" }, el("caption", {}, t("survey.differences", { count: found.length })),
      el("thead", {}, el("tr", {}, [t("survey.difference-where"), name, t("survey.difference-mine")].map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, found.slice(0, MOST_SHOWN).map(({ pointer, one, other }) =>
        el("tr", {}, el("th", { scope: "row" }, named(pointer.replace(/^\/(document|plan)/, "")) || pointer), el("td", {}, said(one)), el("td", {}, said(other)))))));
    list.hidden = false;
  }, { variant: "tertiary", size: "sm" });
  const done = (keeps) => async () => { fill(place); place.hidden = true; await choose(keeps); announce(t(keeps ? "survey.changed-kept" : "survey.changed-taken", { name })); };
  fill(place, el("div", { class: "ds-alert stack", "data-color": "warning", role: "alert" },
    el("h2", { class: "ds-heading", "data-size": "2xs" }, t("survey.changed", { name, time: when(theirs.saved_at) })),
    el("p", { class: "ds-paragraph", "data-size": "sm" }, t(mine ? "survey.changed-mine" : "survey.changed-nothing")),
    el("div", { class: "row" }, look, button(t("survey.changed-take"), done(false), { variant: mine ? "secondary" : "primary", size: "sm" }),
      button(t("survey.changed-keep"), done(true), { variant: "secondary", size: "sm" })), list));
  place.hidden = false;
}
