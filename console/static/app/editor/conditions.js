// Conditions as sentences: who sees a question, put together of what was answered before it.
import { $, $$, button, el, field, fill, freshId, goTo } from "../elements.js";
import { typed } from "../shapes.js";
import { picked, t } from "../told.js";
import { kindsOf, OPERATORS, operatorOf, short } from "./condition-words.js";

const GROUPS = ["all", "any", "none", "not_all"];
/** How deep groups are offered; the server lets conditions be nested no deeper than 8. */
const DEEPEST = 3;

/** A group as `{kind, parts}`, whatever the condition is. */
function grouped(condition) {
  if (condition.all) return { kind: "all", parts: condition.all };
  if (condition.any) return { kind: "any", parts: condition.any };
  if (!condition.not) return { kind: "all", parts: [condition] };
  const inside = condition.not;
  return inside.all ? { kind: "not_all", parts: inside.all } : inside.any ? { kind: "none", parts: inside.any } : { kind: "none", parts: [inside] };
}

/** The condition that a group says; null where there is nothing in it. */
function ungrouped(kind, parts) {
  if (!parts.length) return null;
  const [only] = parts;
  if (kind === "all" || kind === "any") return parts.length === 1 ? only : { [kind]: parts };
  return { not: parts.length === 1 ? only : { [kind === "none" ? "any" : "all"]: parts } };
}

/** The place in which a condition is written; `offerConditions` fills it once the questions before it are known. */
export function conditionPlace(condition) {
  const place = el("div", { class: "stack", "data-part": "show_if", "data-condition": true });
  place.condition = condition ?? null;
  place.said = null;
  return place;
}

/** The condition that is written in a place, or null. */
export function readCondition(place) {
  const top = $(":scope > [data-group]", place);
  return top ? readGroup(top) : place.condition;
}

function readGroup(group) {
  const parts = $$(":scope > [data-rows] > *", group).map((part) => (part.matches("[data-group]") ? readGroup(part) : readLeaf(part))).filter(Boolean);
  return ungrouped($(":scope > .row [data-kind]", group).value, parts);
}

function readLeaf(row) {
  const question = $("[data-of]", row).value, operator = OPERATORS[$("[data-operator]", row).value];
  if (!question) return null;
  return { question, [operator.name]: operator.fixed ?? valueOf(row, operator) };
}

function valueOf(row, { many }) {
  const boxes = $$("[data-box]", row);
  if (boxes.length) return boxes.filter((box) => box.checked).map((box) => box.value);
  const input = $("[data-value]", row), kind = input.dataset.value;
  const one = (text) => (kind === "number" ? (Number.isNaN(typed(text)) ? text : typed(text)) : text);
  return many ? input.value.split(";").map((text) => text.trim()).filter(Boolean).map(one) : one(input.value);
}

/** Show in every place what can be compared: `asked` are the questions in their order, as they are written now. */
export function offerConditions(places, asked, changed) {
  places.forEach((place, at) => {
    if (!place || place.contains(document.activeElement)) return;
    const before = asked.slice(0, at).map((question, i) => ({ ...question, number: i + 1 })).filter((one) => kindsOf(one.type));
    const said = JSON.stringify(before.map(({ key, number, type, label, options }) => [key, number, type, label, options]));
    if (said === place.said) return;
    const condition = readCondition(place);
    place.said = said;
    place.hidden = !before.length && !condition;
    fill(place, el("div", { class: "ds-label", "data-weight": "medium", id: place.id ||= freshId("shown") }, t("survey.shown")),
      condition ? group(condition, before, changed, 1) : null, condition ? null : begin(place, before, changed));
    place.condition = condition;
  });
}

const begin = (place, before, changed) => el("div", { class: "row" }, el("span", {}, t("survey.shown-always")),
  button(t("survey.condition-begin"), () => {
    const made = group({ question: before.at(-1)?.key ?? "" }, before, changed, 1);
    fill(place, place.firstChild, made);
    goTo($("select", made));
    changed();
  }, { variant: "tertiary", size: "sm", "data-begin": true }));

function group(condition, before, changed, depth) {
  const { kind, parts } = grouped(condition);
  const select = el("select", { class: "ds-input", "data-kind": true, "aria-label": t("survey.condition-kind"), onchange: changed }, GROUPS.map((one) => el("option", { value: one }, t(`survey.group-${one}`))));
  select.value = kind;
  const rows = el("div", { class: "stack", "data-rows": true }, parts.map((part) => made(part, before, changed, depth)));
  const add = (part) => () => { const one = made(part(), before, changed, depth); rows.append(one); goTo($("select", one)); changed(); };
  const leaf = () => ({ question: before.at(-1)?.key ?? "" });
  const whole = el("div", { class: "condition stack", "data-group": true, role: "group", "aria-label": t("survey.condition-group") }, el("div", { class: "row" }, select, depth > 1 ? drop() : null), rows,
    el("div", { class: "row" }, button(t("survey.condition-add"), add(leaf), { variant: "tertiary", size: "sm" }),
      depth < DEEPEST ? button(t("survey.condition-add-group"), add(() => ({ any: [leaf()] })), { variant: "tertiary", size: "sm" }) : null));
  rows.addEventListener("dropped", () => {
    if (rows.children.length) return;
    const place = whole.parentElement;
    if (place.matches("[data-condition]")) { fill(place, place.firstChild, begin(place, before, changed)); place.condition = null; goTo($("button", place)); } else { whole.remove(); place.dispatchEvent(new Event("dropped")); }
  });
  return whole;

  function drop() {
    return button("×", (event) => removed(event.target.closest("[data-group]"), changed), { variant: "tertiary", size: "sm", "aria-label": t("survey.condition-drop-group") });
  }
}

function removed(part, changed) {
  const rows = part.parentElement, next = part.nextElementSibling ?? part.previousElementSibling;
  part.remove();
  if (next) goTo($("select", next));
  rows.dispatchEvent(new Event("dropped"));
  changed();
}

const made = (part, before, changed, depth) => (part.all || part.any || part.not ? group(part, before, changed, depth + 1) : leafRow(part, before, changed));

function leafRow(leaf, before, changed) {
  const gone = leaf.question && !before.some((one) => one.key === leaf.question);
  const of = el("select", { class: "ds-input", "data-of": true, "aria-label": t("survey.condition-of") },
    gone ? el("option", { value: leaf.question }, t("survey.condition-gone")) : null,
    before.map((one) => el("option", { value: one.key }, `${one.number}. ${short(picked(one.label))}`)));
  of.value = leaf.question;
  const operator = el("select", { class: "ds-input", "data-operator": true, "aria-label": t("survey.condition-operator") });
  const value = el("div", { class: "grow" });
  const row = el("div", { class: "row condition-row", "data-leaf": true }, el("span", { "aria-hidden": "true" }, t("survey.condition-on")), of, operator, value,
    button("×", () => removed(row, changed), { variant: "tertiary", size: "sm", "aria-label": t("survey.condition-drop") }));
  const asked = () => before.find((one) => one.key === of.value);

  function operators(wanted) {
    const kinds = kindsOf(asked()?.type) ?? [wanted ?? "is"];
    fill(operator, [...new Set(wanted && !kinds.includes(wanted) ? [...kinds, wanted] : kinds)].map((name) => el("option", { value: name }, t(`survey.op-${name}`))));
    operator.value = wanted ?? kinds[0];
    values();
  }
  function values(given) {
    const { fixed, many } = OPERATORS[operator.value], question = asked();
    if (fixed !== undefined) return fill(value);
    const known = [given ?? []].flat();
    if (question?.options) {
      if (many) return fill(value, el("div", { class: "row", role: "group", "aria-label": t("survey.condition-value") }, question.options.map((option) =>
        field(short(picked(option.label)) || option.key, el("input", { class: "ds-input", type: "checkbox", "data-box": true, value: option.key, checked: known.includes(option.key) }), { toggle: true }))));
      const select = el("select", { class: "ds-input", "data-value": "option", "aria-label": t("survey.condition-value") },
        known.filter((key) => !question.options.some((option) => option.key === key)).map((key) => el("option", { value: key }, t("survey.condition-gone"))),
        question.options.map((option) => el("option", { value: option.key }, short(picked(option.label)) || option.key)));
      if (known.length) [select.value] = known;
      return fill(value, select);
    }
    const day = question?.type === "date", number = ["number", "scale", "rating"].includes(question?.type);
    return fill(value, el("input", { class: "ds-input narrow", type: day && !many ? "date" : "text", inputmode: number ? "decimal" : null, "data-value": number ? "number" : "text", "aria-label": t("survey.condition-value"), value: known.join("; ") }));
  }
  const wanted = operatorOf(leaf, asked()?.type);
  operators(wanted);
  values(leaf[OPERATORS[operator.value].name]);
  of.onchange = () => { operators(); changed(); };
  operator.onchange = () => { values(); changed(); };
  return row;
}
