// A question as a form's field, and what was answered there.
import { el, freshId } from "../elements.js";
import { drawn } from "../question-types.js";
import { picked, t } from "../told.js";

/** `{key, element, read()}` for a question; `read` gives undefined where nothing is answered. Unknown types have no `read`. */
export function questionField(question) {
  const type = drawn(question.type);
  if (!type?.field) return { key: question.key, question, element: el("div", { class: "ds-card", "data-variant": "tinted" }, el("p", { class: "ds-paragraph" }, picked(question.label)), el("p", { class: "ds-paragraph" }, ["info", "section"].includes(question.type) ? picked(question.help) : t("app.unknown-question"))) };
  const made = type.field(question, freshId("q"));
  made.element.dataset.key = question.key;
  return { key: question.key, question, ...made };
}
