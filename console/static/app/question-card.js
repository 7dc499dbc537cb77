// One question as a card to write in, by what its type says is written of it; read back as the survey document wants it.
import { conditionPlace, readCondition } from "./editor/conditions.js";
import { readSpecial, special } from "./editor/map-parts.js";
import { $, $$, el, field, freshId } from "./elements.js";
import { localized, readTexts } from "./localized.js";
import { optionList, readOptions } from "./options.js";
import { drawn } from "./question-types.js";
import { typed } from "./shapes.js";
import { t } from "./told.js";

const written = (type) => drawn(type)?.written ?? [];
const answered = (type) => !["section", "info"].includes(type);
/** What the form says of a question, by its type; all else of it is kept as it was written. */
const said = (type) => written(type).flatMap((part) => part.amounts?.map((one) => one.name) ?? part.list ?? part.toggle ?? part.choose ?? part.special ?? "labels");

/** What stands in a card, below its heading. */
export function cardBody(type, question, languages) {
  const label = localized(t(`survey.label-${answered(type) ? "question" : type}`), languages, { value: question.label, maximum: 300, help: t(`survey.help-${drawn(type) ? type : "kept"}`) });
  label.element.dataset.part = "label";
  if (!drawn(type)) return [label.element];
  const more = el("details", { class: "ds-details", open: Boolean(question.help || question.show_if) || type === "info" },
    el("summary", {}, t(answered(type) ? "survey.more" : "survey.more-words")), el("div", { class: "stack" }, helpText(type, question, languages), conditionPlace(question.show_if)));
  return [label.element, ...written(type).filter((part) => !part.toggle).flatMap((part) => detail(part, question, languages)), switches(type, question), more];
}

function helpText(type, question, languages) {
  const help = localized(t(type === "info" ? "survey.words" : "survey.help"), languages, { value: question.help, long: true, maximum: 2000, optional: true, help: t("survey.help-help") });
  help.element.dataset.part = "help";
  return help.element;
}

/** A part of what is written of a question: a `list`, `amounts` side by side, one to `choose`, or what the `ends` of a scale mean. */
function detail({ list, least = 2, marks, pictures, amounts, ends, choose, label, choices, special: name }, question, languages) {
  if (list) return optionList(list, languages, question[list] ?? Array.from({ length: least }, () => ({})), { least, marks, pictures });
  if (name) return special(name, question, languages);
  if (amounts) return el("div", { class: "pair" }, amounts.map((one) => amount(one, question[one.name] ?? one.value ?? "")));
  if (choose) {
    const select = el("select", { class: "ds-input", "data-choose": choose }, choices.map(([value, key]) => el("option", { value }, t(key))));
    select.value = question[choose] ?? choices[0][0];
    return field(t(label), select);
  }
  return Object.entries(ends).map(([end, key]) => {
    const text = localized(t(key), languages, { value: question.labels?.[end], maximum: 80, optional: true });
    text.element.dataset.part = `labels-${end}`;
    return text.element;
  });
}

const amount = ({ name, label, help, longest, day }, value) => field(t(label), el("input", longest || day
  ? { class: "ds-input", type: day ? "date" : "text", maxlength: longest, "data-words": name, autocomplete: "off", value }
  : { class: "ds-input", type: "number", "data-amount": name, step: "any", value }), { help: help ? t(help) : undefined });

function switches(type, question) {
  const box = (name, label, help) => field(label, el("input", { class: "ds-input", type: "checkbox", id: freshId(name), "data-switch": name, checked: question[name] ?? false }), { toggle: true, help });
  return el("div", { class: "stack" }, answered(type) ? box("required", t("survey.required")) : null,
    written(type).filter((part) => part.toggle).map(({ toggle, label, help }) => box(toggle, t(label), help ? t(help) : undefined)));
}

/** The question that a card says. */
export function readCard(card) {
  const type = card.dataset.question, key = card.dataset.key;
  const label = readTexts($("[data-part=label]", card)) ?? {};
  if (!drawn(type)) return { ...card.kept, key, type, label };
  const known = new Set([...said(type), "help", "show_if", ...(answered(type) ? ["required"] : [])]);
  const kept = Object.fromEntries(Object.entries(card.kept).filter(([name]) => !known.has(name)));
  const asked = { ...kept, key, type, label, ...readSpecial(card) };
  if (answered(type)) asked.required = $("[data-switch=required]", card).checked;
  const help = readTexts($("[data-part=help]", card));
  if (help) asked.help = help;
  for (const input of $$("[data-amount]", card)) if (input.value !== "") asked[input.dataset.amount] = typed(input.value);
  for (const select of $$("[data-choose]", card)) asked[select.dataset.choose] = select.value;
  for (const { toggle } of written(type)) if (toggle && $(`[data-switch=${toggle}]`, card).checked) asked[toggle] = true;
  for (const list of $$("[data-list]", card)) asked[list.dataset.list] = readOptions(list);
  const [low, high] = ["min", "max"].map((end) => $(`[data-part=labels-${end}]`, card)).map((place) => place && readTexts(place));
  if (low || high) asked.labels = { ...(low ? { min: low } : {}), ...(high ? { max: high } : {}) };
  for (const input of $$("[data-words]", card)) if (input.value.trim()) asked[input.dataset.words] = input.value.trim();
  const condition = readCondition($("[data-condition]", card));
  if (condition) asked.show_if = condition;
  return asked;
}

/** The input in a card that the rest of a pointer is about, such as options/0/label/nn. */
export function inCard(card, [part, inner, ...rest]) {
  const language = rest.at(-1) ?? inner;
  if (part === "layers") return $$("[data-layer] input", card)[0] ?? $("[data-special=layers] button", card);
  if (part === "mask") return $("[data-special=mask] select", card);
  const place = $$(`[data-list="${part}"] [data-option]`, card)[Number(inner)] || $(`[data-list="${part}"]`, card) || (part !== "show_if" && $(`[data-part="${part === "labels" ? `labels-${inner}` : part}"]`, card));
  if (rest[0] === "image") return $("[data-image]", place);
  return (place && ($(`[data-language="${language}"]`, place) || $("input, textarea", place)))
    || $(`[data-amount="${part}"], [data-switch="${part}"], [data-words="${part}"], [data-choose="${part}"]`, card)
    || (part === "show_if" && $("[data-condition] :is(select, button)", card)) || $("input", card);
}
