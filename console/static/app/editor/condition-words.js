// What conditions compare, by the type of a question, and how they read as sentences.
import { day, number, picked, t } from "../told.js";

/** By what the editor calls it: the operator of the document, and what it always compares with, or whether with several. */
export const OPERATORS = {
  is: { name: "is" }, is_not: { name: "is_not" }, any_of: { name: "any_of", many: true }, none_of: { name: "none_of", many: true },
  at_least: { name: "at_least" }, at_most: { name: "at_most" }, from: { name: "at_least" }, until: { name: "at_most" },
  answered: { name: "answered", fixed: true }, unanswered: { name: "answered", fixed: false },
};

const CHOICES = ["is", "is_not", "any_of", "none_of", "answered", "unanswered"];
const KINDS = {
  single: CHOICES, multiple: CHOICES, image_choice: CHOICES, ranking: CHOICES,
  scale: ["at_least", "at_most", "is", "is_not", "any_of", "none_of", "answered", "unanswered"], date: ["from", "until", "is", "is_not", "answered", "unanswered"],
  text: ["answered", "unanswered"], matrix: ["answered", "unanswered"], map: ["answered", "unanswered"],
};

/** What can be said of answers to a type, the usual first; undefined for what is not answered. */
export const kindsOf = (type) => KINDS[type] ?? (["number", "rating"].includes(type) ? KINDS.scale : undefined);

/** What the editor calls the operator of a condition on a question of that type; undefined where it says none yet. */
export function operatorOf(leaf, type) {
  if ("answered" in leaf) return leaf.answered ? "answered" : "unanswered";
  if (type === "date" && "at_least" in leaf) return "from";
  if (type === "date" && "at_most" in leaf) return "until";
  return ["is", "is_not", "any_of", "none_of", "at_least", "at_most"].find((name) => name in leaf);
}

export const short = (text) => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

/** A condition as the end of "those who …"; `find(key)` gives a question with its number. */
export function inWords(condition, find) {
  const inside = (one) => (one.all || one.any ? `(${inWords(one, find)})` : inWords(one, find));
  if (condition.all) return condition.all.map(inside).join(` ${t("survey.condition-and")} `);
  if (condition.any) return condition.any.map(inside).join(` ${t("survey.condition-or")} `);
  if (condition.not) return t("survey.condition-not", { condition: inWords(condition.not, find) });
  const asked = find(condition.question), operator = operatorOf(condition, asked?.type) ?? "answered";
  const value = [condition[OPERATORS[operator].name] ?? []].flat().map((one) => said(one, asked)).join(` ${t("survey.condition-or")} `);
  return t(`survey.sentence-${operator}`, { value, question: asked ? `${asked.number}` : t("survey.condition-gone") });
}

function said(value, asked) {
  const option = asked?.options?.find((one) => one.key === value);
  if (option) return `«${short(picked(option.label)) || option.key}»`;
  return typeof value === "number" ? number(value, 6) : asked?.type === "date" && !Number.isNaN(Date.parse(value)) ? day(value) : String(value);
}
