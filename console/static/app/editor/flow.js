// Which question leads where: a line for each, with who sees it and what its answers decide.
import { el, fill } from "../elements.js";
import { has, picked, t } from "../told.js";
import { inWords, short } from "./condition-words.js";

const asksAbout = (condition) => !condition ? [] : condition.question ? [condition.question]
  : [...(condition.all ?? condition.any ?? [condition.not])].flatMap(asksAbout);

/** Show the flow of questions in `place`; `go(index)` leads to one of them. Gives whether there is anything to show. */
export function showFlow(place, questions, go) {
  const numbered = questions.map((question, i) => ({ ...question, number: i + 1 }));
  const find = (key) => numbered.find((one) => one.key === key);
  const leads = (key) => numbered.filter((one) => asksAbout(one.show_if).includes(key));
  const link = (one) => el("a", { class: "ds-link", href: "#questions", onclick: (event) => { event.preventDefault(); go(one.number - 1); } }, `${one.number}. ${short(picked(one.label)) || t(`survey.type-${one.type}`)}`);
  fill(place, numbered.map((one) => el("li", { class: one.show_if ? "flow-step flow-conditional" : "flow-step" },
    el("div", {}, link(one), " ", el("span", { class: "quiet small" }, has(`survey.type-${one.type}`) ? t(`survey.type-${one.type}`) : "")),
    one.show_if ? el("div", { class: "small" }, t("survey.flow-shown", { condition: inWords(one.show_if, find) })) : null,
    leads(one.key).length ? el("ul", { class: "flow-leads" }, leads(one.key).map((after) => el("li", { class: "small" }, "→ ", link(after)))) : null)));
  return numbered.some((one) => one.show_if);
}
