// What I can take part in, and what invited me.
import { all, Problem } from "../api.js";
import { el, fill } from "../elements.js";
import { day, picked, t, told } from "../told.js";
import { shown } from "./ballots.js";
import { asMe, keep, kept } from "./store.js";

export async function show(place) {
  keep((now) => { now.invitations = now.invitations.filter((one) => !one.expires_at || Date.parse(one.expires_at) > Date.now()); });
  const [found, reasons] = await Promise.all([all("/v1/surveys", asMe()), feed()]);
  const came = new Set(kept().invitations.map((one) => one.subject_id));
  const surveys = found.filter((survey) => survey.eligibility !== "present" || came.has(survey.id));
  shown(surveys);
  const { invitations, answered, waiting } = kept();
  const invited = invitations.filter((one) => one.kind === "survey");
  const standing = (id) => (answered[id] ? "answered" : waiting.some((one) => one.survey === id) ? "waiting" : "open");
  fill(place,
    el("h1", { class: "ds-heading", "data-size": "md", tabindex: "-1" }, t("app.surveys-title", { name: told.municipality.name })),
    invited.length ? el("section", { class: "stack", "aria-labelledby": "invited" }, el("h2", { class: "ds-heading", "data-size": "xs", id: "invited" }, t("app.invited")),
      invited.map((one) => card({ id: one.subject_id, title: one.title, intro: one.body, closes_at: one.expires_at }, standing(one.subject_id), t(one.evidence === "beacon" ? "app.why-beacon" : "app.why-place")))) : null,
    el("section", { class: "stack", "aria-labelledby": "open" }, el("h2", { class: "ds-heading", "data-size": "xs", id: "open" }, t("app.open-surveys")),
      surveys.filter((survey) => !invited.some((one) => one.subject_id === survey.id)).map((survey) => card(survey, standing(survey.id), why(survey, reasons))),
      surveys.length ? null : el("div", { class: "empty" }, el("p", { class: "ds-paragraph" }, t("app.no-surveys")), el("a", { class: "ds-link", href: "#/near" }, t("app.go-near")))));
}

/** Why things are shown to me, by their id; nothing where I have not agreed to a feed of my own. */
async function feed() {
  try {
    return new Map((await all("/v1/feed", asMe())).map((entry) => [entry.id, entry.why]));
  } catch (error) {
    if (error instanceof Problem && error.type === "consent-required") return new Map();
    throw error;
  }
}

function why(survey, reasons) {
  const reason = reasons.get(survey.id)?.reason ?? (survey.eligibility === "registered" ? "everyone" : null);
  return reason && t(`app.why-${reason}`);
}

const card = (survey, standing, reason) => el("article", { class: "ds-card stack" },
  el("div", { class: "row between" }, el("h3", { class: "ds-heading grow", "data-size": "2xs" }, standing === "open" ? el("a", { class: "ds-link", href: `#/survey/${survey.id}` }, picked(survey.title)) : picked(survey.title)),
    standing === "open" ? null : el("span", { class: "ds-tag", "data-size": "sm", "data-color": "success" }, t(`app.standing-${standing}`))),
  survey.intro ? el("p", { class: "ds-paragraph" }, picked(survey.intro)) : null,
  el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, [survey.minutes ? t("app.minutes", { count: survey.minutes }) : null, survey.closes_at ? t("app.open-until", { day: day(survey.closes_at) }) : null, reason].filter(Boolean).join(" · ")));
