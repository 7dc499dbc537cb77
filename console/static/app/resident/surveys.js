// What I can take part in, and what invited me.
import { announce } from "../announcer.js";
import { all, get, post, Problem } from "../api.js";
import { button, el, fill, goTo } from "../elements.js";
import { day, picked, t, told } from "../told.js";
import { shown } from "./ballots.js";
import { asMe, keep, kept } from "./store.js";

export async function show(place) {
  keep((now) => { now.invitations = now.invitations.filter((one) => !one.expires_at || Date.parse(one.expires_at) > Date.now()); });
  const [found, must, entries, told_me] = await Promise.all([all("/v1/surveys", asMe()), get("/v1/me/notices", asMe()), mine("personal_feed", "/v1/feed"), mine("push_messages", "/v1/me/messages")]);
  const reasons = new Map(entries.map((entry) => [entry.id, entry.why]));
  const came = new Set(kept().invitations.map((one) => one.subject_id));
  const surveys = found.filter((survey) => survey.eligibility !== "present" || came.has(survey.id));
  shown(surveys);
  const { invitations, answered, waiting } = kept();
  // Who has answered is known to this phone alone: it keeps the reminder to itself.
  const messages = told_me.filter((one) => !(one.kind === "reminder" && answered[one.subject?.id]));
  const invited = invitations.filter((one) => one.kind === "survey");
  const standing = (id) => (answered[id] ? "answered" : waiting.some((one) => one.survey === id) ? "waiting" : "open");
  fill(place,
    el("h1", { class: "ds-heading", "data-size": "md", tabindex: "-1" }, t("app.surveys-title", { name: told.municipality.name })),
    must.breaches.map(breach),
    must.renew.map(renewal),
    invited.length ? el("section", { class: "stack", "aria-labelledby": "invited" }, el("h2", { class: "ds-heading", "data-size": "xs", id: "invited" }, t("app.invited")),
      invited.map((one) => card({ id: one.subject_id, title: one.title, intro: one.body, closes_at: one.expires_at }, standing(one.subject_id), t(one.evidence === "beacon" ? "app.why-beacon" : "app.why-place")))) : null,
    messages.length ? el("section", { class: "stack", "aria-labelledby": "messages" }, el("h2", { class: "ds-heading", "data-size": "xs", id: "messages" }, t("app.messages")), messages.map(message)) : null,
    el("section", { class: "stack", "aria-labelledby": "open" }, el("h2", { class: "ds-heading", "data-size": "xs", id: "open" }, t("app.open-surveys")),
      surveys.filter((survey) => !invited.some((one) => one.subject_id === survey.id)).map((survey) => card(survey, standing(survey.id), why(survey, reasons))),
      surveys.length ? null : el("div", { class: "empty" }, el("p", { class: "ds-paragraph" }, t("app.no-surveys")), el("a", { class: "ds-link", href: "#/near" }, t("app.go-near")))));
}

/** My data were breached: what happened, what it may lead to, what is done, whom to ask. */
const breach = (one) => el("section", { class: "ds-alert stack", "data-color": "danger", "aria-labelledby": `breach-${one.id}` },
  el("h2", { class: "ds-heading", "data-size": "2xs", id: `breach-${one.id}` }, one.title),
  [one.happened, one.consequences, one.measures, one.contact].map((part) => el("p", { class: "ds-paragraph" }, part)));

const renewal = (one) => el("section", { class: "ds-alert stack", "data-color": "info" },
  el("p", { class: "ds-paragraph" }, t("app.renew", { title: one.title, day: day(one.lapses_at) })),
  el("p", {}, el("a", { class: "ds-link", href: "#/consents" }, t("app.renew-go"))));

/** A list that rests on a consent; empty where I have not given it. */
async function mine(purpose, path) {
  if (!kept().granted[purpose]) return [];
  try {
    return await all(path, asMe());
  } catch (error) {
    if (error instanceof Problem && error.type === "consent-required") return [];
    throw error;
  }
}

function message(one) {
  const place = el("article", { class: "ds-card stack" }, el("h3", { class: "ds-heading", "data-size": "2xs", tabindex: "-1" }, one.title),
    el("p", { class: "ds-paragraph" }, one.body),
    el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, t(`app.why-${one.why.reason}`)),
    el("div", { class: "row" }, one.subject?.kind === "survey" ? el("a", { class: "ds-button", "data-size": "sm", href: `#/survey/${one.subject.id}` }, t("app.open")) : null,
      button(t("app.mute"), async () => { await post(`/v1/me/messages/${one.id}/mute`, undefined, asMe()); goTo(place.parentElement); place.remove(); announce(t("app.muted")); }, { variant: "tertiary", size: "sm" })));
  return place;
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
