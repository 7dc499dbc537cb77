// A survey as a form of pages: what is shown by what was answered before it, one page at a time.
import { Problem } from "../api.js";
import { $, button, el, goTo } from "../elements.js";
import { clearProblem, showProblem } from "../problems.js";
import { number, picked, t } from "../told.js";
import { chosen, holds } from "./conditions.js";
import { questionField } from "./question-fields.js";

/** The fields of each page: a heading (`section`) begins one. */
function paged(fields) {
  const pages = [[]];
  for (const one of fields) {
    if (one.question.type === "section" && pages.at(-1).length) pages.push([]);
    pages.at(-1).push(one);
  }
  return pages;
}

/**
 * The form of a survey; `before` and `after` stand above the first and below the last question, `send()` is called when all that must be is
 * answered. Gives the element, `answers()` of what is shown, and `find(pointer)`. `make` gives a question's field.
 */
export function surveyForm(survey, { before = null, after = null, send, problem, make = questionField }) {
  const fields = (survey.questions ?? []).map(make), pages = paged(fields);
  let at = 0;
  const place = el("p", { class: "ds-paragraph quiet", "data-size": "sm", tabindex: "-1" });
  const back = button(t("app.page-back"), () => turn(-1), { variant: "secondary" });
  const next = el("button", { class: "ds-button" }, t("app.page-next"));
  const last = el("div", { class: "stack loose" }, after);
  const form = el("form", { class: "stack loose", novalidate: true, onsubmit: (event) => { event.preventDefault(); onward(); } },
    before, place, fields.map((one) => one.element), last, el("div", { class: "row" }, back, next));

  const shownOn = (page) => page.some((one) => !one.element.dataset.apart);
  const following = (by) => { for (let to = at + by; to >= 0 && to < pages.length; to += by) if (shownOn(pages[to])) return to; return -1; };

  /** What is answered among the questions shown; hides those whose condition does not hold, and the other pages. */
  function answers() {
    const given = {}, known = {};
    for (const { key, question, element, read } of fields) {
      const visible = !question.show_if || holds(question.show_if, known);
      if (visible) delete element.dataset.apart; else element.dataset.apart = "true";
      const value = visible && read ? read() : undefined;
      if (value === undefined) continue;
      given[key] = value;
      known[key] = chosen(question, value);
    }
    layOut();
    return given;
  }

  function layOut() {
    for (const [index, page] of pages.entries()) for (const one of page) one.element.hidden = index !== at || Boolean(one.element.dataset.apart);
    const there = pages.filter(shownOn), end = following(1) < 0;
    place.hidden = there.length < 2;
    place.textContent = t("app.page-of", { page: number(there.indexOf(pages[at]) + 1), pages: number(there.length) });
    back.hidden = following(-1) < 0;
    next.hidden = last.hidden = false;
    next.hidden = end;
    last.hidden = !end;
  }

  function turn(by) {
    at = Math.max(0, following(by));
    clearProblem(problem);
    layOut();
    goTo(place.hidden ? form : place);
    scrollTo(0, 0);
  }

  /** What must be answered on the pages so far and is not, said; gives whether there is such. */
  function lacks() {
    const given = answers();
    const missing = pages.slice(0, at + 1).flat().filter((one) => one.read && one.question.required && !one.element.dataset.apart && given[one.key] === undefined);
    if (missing.length) showProblem(problem, new Problem(422, { type: "validation", errors: missing.map((one) => ({ pointer: `/answers/${one.key}`, detail: t("app.answer-this", { question: picked(one.question.label) }) })) }), find);
    return missing.length > 0;
  }

  function onward() {
    clearProblem(problem);
    if (lacks()) return;
    if (following(1) >= 0) turn(1); else send();
  }

  /** The input that a pointer is about; its page is turned to. */
  function find(pointer) {
    const key = pointer.split("/").find((part) => fields.some((one) => one.key === part)), one = fields.find((field) => field.key === key);
    if (!one) return null;
    const page = pages.findIndex((fields_) => fields_.includes(one));
    if (page !== at) { at = page; layOut(); }
    return $("input, select, textarea", one.element) ?? one.element;
  }

  form.addEventListener("input", answers);
  form.addEventListener("change", answers);
  answers();
  return { element: form, answers, lacks, find };
}
