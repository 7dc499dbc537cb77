// What I can take part in, and what invited me.
import { all } from "../api.js";
import { el, fill } from "../elements.js";
import { day, picked, t, told } from "../told.js";
import { shown } from "./ballots.js";
import { asMe, keep, kept } from "./store.js";

export async function show(place) {
  keep((now) => { now.invitations = now.invitations.filter((one) => !one.expires_at || Date.parse(one.expires_at) > Date.now()); });
  const surveys = await all("/v1/surveys", asMe());
  shown(surveys);
  const { invitations, answered, waiting } = kept();
  const listed = new Set(surveys.map((survey) => survey.id));
  const invited = invitations.filter((one) => one.kind === "survey");
  const standing = (id) => (answered[id] ? "answered" : waiting.some((one) => one.survey === id) ? "waiting" : "open");
  fill(place,
    el("h1", { class: "ds-heading", "data-size": "md", tabindex: "-1" }, t("app.surveys-title", { name: told.municipality.name })),
    invited.length ? el("section", { class: "stack", "aria-labelledby": "invited" }, el("h2", { class: "ds-heading", "data-size": "xs", id: "invited" }, t("app.invited")),
      invited.map((one) => card({ id: one.subject_id, title: one.title, intro: one.body, closes_at: one.expires_at }, standing(one.subject_id), t(one.evidence === "beacon" ? "app.why-beacon" : "app.why-place")))) : null,
    el("section", { class: "stack", "aria-labelledby": "open" }, el("h2", { class: "ds-heading", "data-size": "xs", id: "open" }, t("app.open-surveys")),
      surveys.filter((survey) => !invited.some((one) => one.subject_id === survey.id)).map((survey) => card(survey, standing(survey.id), why(survey.why))),
      surveys.length || !listed ? null : el("div", { class: "empty" }, el("p", { class: "ds-paragraph" }, t("app.no-surveys")), el("a", { class: "ds-link", href: "#/near" }, t("app.go-near")))));
}

function why(reason) {
  if (!reason) return null;
  return reason.area ? t("app.why-area", { area: picked(reason.area) }) : reason.interest ? t("app.why-interest", { interest: picked(reason.interest) }) : t("app.why-registered");
}

const card = (survey, standing, reason) => el("article", { class: "ds-card stack" },
  el("div", { class: "row between" }, el("h3", { class: "ds-heading grow", "data-size": "2xs" }, standing === "open" ? el("a", { class: "ds-link", href: `#/survey/${survey.id}` }, picked(survey.title)) : picked(survey.title)),
    standing === "open" ? null : el("span", { class: "ds-tag", "data-size": "sm", "data-color": "success" }, t(`app.standing-${standing}`))),
  survey.intro ? el("p", { class: "ds-paragraph" }, picked(survey.intro)) : null,
  el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, [survey.closes_at ? t("app.open-until", { day: day(survey.closes_at) }) : null, reason].filter(Boolean).join(" · ")));
