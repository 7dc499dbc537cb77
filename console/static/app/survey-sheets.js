// Typing what came on paper, sheet after sheet: the code of its letter and the answers; then the next.
import { announce } from "./announcer.js";
import { post } from "./api.js";
import { $, fill, goTo } from "./elements.js";
import { finder } from "./pointers.js";
import { attempt } from "./problems.js";
import { chosen, holds } from "./resident/conditions.js";
import { questionField } from "./resident/question-fields.js";
import { number, t, told } from "./told.js";

const form = $("#sheet"), code = $("#code"), problem = $("#problem");
let fields = [], entered = 0;

/** An empty sheet. */
function next() {
  fields = told.survey.questions.map(questionField);
  fill($("#fields"), fields.map((one) => one.element));
  code.value = "";
  answers();
}

/** What is written so far; a question that the sheet sends past is hidden. */
function answers() {
  const given = {}, before = {};
  for (const { key, question, element, read } of fields) {
    element.hidden = Boolean(question.show_if) && !holds(question.show_if, before);
    const value = element.hidden || !read ? undefined : read();
    if (value === undefined) continue;
    given[key] = value;
    before[key] = chosen(question, value);
  }
  return given;
}

/** The field that a pointer is about: the code, or the question whose key it names. */
function find(pointer) {
  const one = fields.find(({ key }) => pointer.startsWith(`/answers/${key}`));
  return one ? $("input, select, textarea", one.element) ?? one.element : finder(form)(pointer);
}

form.addEventListener("input", answers);
form.addEventListener("change", answers);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(problem, $("#enter"), async () => {
    await post(`/v1/staff/surveys/${told.survey.id}/sheets`, { code: code.value.trim(), answers: answers() });
    next();
    $("#entered").textContent = t("sheets.entered", { count: number(++entered) });
    announce(t("done.sheet-entered"));
    goTo(code);
  }, find);
});
next();
form.dataset.ready = "true";
