// Answering a survey in secret.
import { announce } from "../announcer.js";
import { get } from "../api.js";
import { $, el, field, fill, goTo } from "../elements.js";
import { attempt, clearProblem } from "../problems.js";
import { picked, t } from "../told.js";
import { handIn, putInLine, shown } from "./ballots.js";
import { secrecy } from "./secrecy.js";
import { asMe, keep, kept } from "./store.js";
import { surveyForm } from "./survey-form.js";

export async function show(place, id) {
  const survey = await get(`/v1/surveys/${encodeURIComponent(id)}`, asMe());
  shown([{ id }]);
  const title = picked(survey.title);
  const back = el("a", { class: "ds-link", href: "#/surveys" }, `← ${t("app.surveys")}`);
  const heading = el("h1", { class: "ds-heading", "data-size": "md", tabindex: "-1" }, title);
  if (kept().answered[id]) return fill(place, back, heading, thanks(id));
  const problem = $("#problem");
  const now = el("button", { class: "ds-button", id: "send" }, t("app.send-now"));
  const later = el("button", { type: "button", class: "ds-button", "data-variant": "secondary", id: "send-later", "aria-describedby": "later-help" }, t("app.send-later"));
  const code = survey.assurance === "code" ? el("input", { class: "ds-input", autocomplete: "off", spellcheck: "false", autocapitalize: "characters", value: kept().codes[id] ?? "" }) : null;
  const form = surveyForm(survey, {
    problem, send: () => send(false, now),
    before: code && field(t("app.letter-code"), code, { help: t("app.letter-code-help") }),
    after: secrecy(survey, now, later),
  });
  later.onclick = () => { clearProblem(problem); if (!form.lacks()) void send(true, later); };
  fill(place, back, heading, survey.intro ? el("p", { class: "ds-paragraph" }, picked(survey.intro)) : null, form.element);

  async function send(waits, pressed) {
    const given = form.answers();
    if (code) keep((now) => { now.codes[id] = code.value.trim(); });
    const good = await attempt(problem, pressed, async () => {
      putInLine(id, title, given, waits);
      if (!waits) await handIn();
    }, form.find);
    if (!good) return;
    fill(place, back, heading, thanks(id));
    goTo(heading);
    announce(t(waits ? "app.waiting" : "app.thanks"));
  }
}

function thanks(id) {
  const waits = kept().waiting.some((one) => one.survey === id);
  return el("div", { class: "ds-alert", "data-color": "success" },
    el("h2", { class: "ds-heading", "data-size": "2xs" }, t(waits ? "app.waiting" : "app.thanks")),
    el("p", { class: "ds-paragraph" }, t(waits ? "app.waiting-text" : "app.thanks-text")),
    el("a", { class: "ds-link", href: "#/receipts" }, t("app.see-receipts")));
}
