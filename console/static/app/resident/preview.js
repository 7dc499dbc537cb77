// A survey as residents will answer it, before it is launched: tried out, and nothing of it is kept or sent.
import { get } from "../api.js";
import { $, el, fill, goTo } from "../elements.js";
import { showProblem } from "../problems.js";
import { drawn } from "../question-types.js";
import { picked, t, told } from "../told.js";
import { questionField } from "./question-fields.js";
import { secrecy } from "./secrecy.js";
import { surveyForm } from "./survey-form.js";

const view = $("#view"), problem = $("#problem");

const instead = (question, said) => ({ key: question.key, question, element: el("div", { class: "ds-card", "data-variant": "tinted" }, el("p", { class: "ds-paragraph" }, picked(question.label)), el("p", { class: "ds-paragraph" }, said)) });

/** A question that is not written to its end, or that this page cannot ask yet, says so in its place. */
function make(question) {
  if (!drawn(question.type)?.field && !["section", "info"].includes(question.type)) return instead(question, t("app.preview-not-yet"));
  try {
    return questionField(question);
  } catch {
    return instead(question, t("app.preview-unfinished"));
  }
}

function show(survey) {
  const heading = el("h1", { class: "ds-heading", "data-size": "md", tabindex: "-1" }, picked(survey.title) || t("app.preview-untitled"));
  const note = el("p", { class: "ds-alert", "data-color": "info", role: "note" }, t("app.preview-note"));
  const now = el("button", { class: "ds-button", id: "send" }, t("app.send-now"));
  const later = el("button", { type: "button", class: "ds-button", "data-variant": "secondary", id: "send-later", "aria-describedby": "later-help" }, t("app.send-later"));
  const form = surveyForm(survey, { problem, send: done, after: secrecy(survey, now, later), make });
  later.onclick = () => { if (!form.lacks()) done(); };
  problem.hidden = true;
  fill(view, note, heading, survey.intro ? el("p", { class: "ds-paragraph" }, picked(survey.intro)) : null, form.element);
  view.dataset.ready = "true";

  function done() {
    const again = el("button", { type: "button", class: "ds-button", onclick: () => show(survey) }, t("app.preview-again"));
    fill(view, note, heading, el("div", { class: "ds-alert stack", "data-color": "success" }, el("p", { class: "ds-paragraph" }, t("app.preview-done"))), el("div", { class: "row" }, again));
    goTo(heading);
  }
}

addEventListener("message", (event) => {
  if (event.origin !== location.origin || event.source !== parent || !event.data?.survey) return;
  told.language = event.data.language ?? told.language;
  document.documentElement.lang = told.language;
  show(event.data.survey);
});

if (parent !== window) parent.postMessage({ preview: "ready" }, location.origin);
else {
  try {
    show(await get(`/v1/previews/${encodeURIComponent(location.hash.slice(1))}`, { anonymous: true }));
  } catch (error) {
    showProblem(problem, error);
  }
}
