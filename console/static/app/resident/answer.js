// Answering a survey in secret.
import { announce } from "../announcer.js";
import { get, Problem } from "../api.js";
import { $, el, field, fill, goTo } from "../elements.js";
import { attempt, clearProblem, showProblem } from "../problems.js";
import { picked, t } from "../told.js";
import { handIn, putInLine, shown } from "./ballots.js";
import { chosen, holds } from "./conditions.js";
import { questionField } from "./question-fields.js";
import { asMe, keep, kept } from "./store.js";

export async function show(place, id) {
  const survey = await get(`/v1/surveys/${encodeURIComponent(id)}`, asMe());
  shown([{ id }]);
  const title = picked(survey.title);
  const back = el("a", { class: "ds-link", href: "#/surveys" }, `← ${t("app.surveys")}`);
  const heading = el("h1", { class: "ds-heading", "data-size": "md", tabindex: "-1" }, title);
  if (kept().answered[id]) return fill(place, back, heading, thanks(id));
  const fields = (survey.questions ?? []).map(questionField);
  const problem = $("#problem");
  const now = el("button", { class: "ds-button", id: "send" }, t("app.send-now"));
  const later = el("button", { type: "button", class: "ds-button", "data-variant": "secondary", id: "send-later", "aria-describedby": "later-help" }, t("app.send-later"));
  const code = survey.assurance === "code" ? el("input", { class: "ds-input", autocomplete: "off", spellcheck: "false", autocapitalize: "characters", value: kept().codes[id] ?? "" }) : null;
  const form = el("form", { class: "stack loose", novalidate: true, onsubmit: (event) => { event.preventDefault(); send(false, now); } },
    code && field(t("app.letter-code"), code, { help: t("app.letter-code-help") }),
    fields.map((one) => one.element),
    el("section", { class: "ds-card stack", "data-variant": "tinted", "data-color": "brand1", "aria-labelledby": "secret" },
      el("h2", { class: "ds-heading", "data-size": "2xs", id: "secret" }, t("app.secret")),
      el("p", { class: "ds-paragraph", "data-size": "sm" }, t("app.secret-text", { k: survey.smallest_group ?? 5 })),
      el("div", { class: "row" }, now, later),
      el("p", { class: "ds-paragraph quiet", "data-size": "sm", id: "later-help" }, t("app.later-help"))));
  later.onclick = () => send(true, later);
  fill(place, back, heading, survey.intro ? el("p", { class: "ds-paragraph" }, picked(survey.intro)) : null, form);

  /** What is answered among the questions shown; hides those whose condition does not hold. */
  function answers() {
    const given = {}, before = {};
    for (const { key, question, element, read } of fields) {
      const visible = !question.show_if || holds(question.show_if, before);
      element.hidden = !visible;
      const value = visible && read ? read() : undefined;
      if (value === undefined) continue;
      given[key] = value;
      before[key] = chosen(question, value);
    }
    return given;
  }
  form.addEventListener("input", answers);
  form.addEventListener("change", answers);
  answers();

  const input = (key) => { const one = fields.find((item) => item.key === key); return one && ($("input, select, textarea", one.element) ?? one.element); };
  const find = (pointer) => input(pointer.split("/").find((part) => fields.some((one) => one.key === part)));

  async function send(waits, pressed) {
    clearProblem(problem);
    const given = answers();
    const missing = fields.filter((one) => one.read && one.question.required && !one.element.hidden && given[one.key] === undefined);
    if (missing.length) {
      const errors = missing.map((one) => ({ pointer: `/answers/${one.key}`, detail: t("app.answer-this", { question: picked(one.question.label) }) }));
      return showProblem(problem, new Problem(422, { type: "validation", errors }), find);
    }
    if (code) keep((now) => { now.codes[id] = code.value.trim(); });
    const good = await attempt(problem, pressed, async () => {
      putInLine(id, title, given, waits);
      if (!waits) await handIn();
    }, find);
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
