// Writing a survey's questions: one card for each, read back as the survey document wants it.
import { announce } from "./announcer.js";
import { $, $$, button, el, field, fill, freshId, goTo } from "./elements.js";
import { localized, readTexts } from "./localized.js";
import { optionList, readOptions } from "./options.js";
import { drawn } from "./question-types.js";
import { typed } from "./shapes.js";
import { offerConditions, shownIf } from "./shown-if.js";
import { t } from "./told.js";

const written = (type) => drawn(type)?.written ?? [];
/** What the form says of a question, by its type; all else of it is kept as it was written. */
const said = (type) => written(type).flatMap((part) => part.amounts?.map((one) => one.name) ?? part.list ?? part.toggle ?? "labels");

/** The questions in `list`; `languages()` tells which languages the survey is written in now. */
export function questionList(list, languages) {
  const cards = () => $$("[data-question]", list);

  function add(type, question = {}) {
    const card = el("li", { class: "ds-card stack question", "data-question": type, "data-key": question.key ?? "" });
    fill(card, content(type, question));
    list.append(card);
    card.kept = question;
    renumber();
    return card;
  }

  function content(type, question) {
    const heading = el("h3", { class: "ds-heading", "data-size": "2xs", tabindex: "-1" });
    const controls = el("div", { class: "row" },
      small(t("survey.up"), (event) => move(event, -1), "up"), small(t("survey.down"), (event) => move(event, 1), "down"),
      small(t("common.remove"), (event) => drop(event), "drop", "danger"));
    const label = localized(t("survey.question"), languages(), { value: question.label, maximum: 300, help: t(`survey.help-${drawn(type) ? type : "kept"}`) });
    label.element.dataset.part = "label";
    return [el("div", { class: "row between" }, heading, controls), label.element, ...(drawn(type) ? [...written(type).filter((part) => !part.toggle).flatMap((part) => detail(part, question)), switches(type, question), shownIf(question.show_if)] : [])];
  }

  /** A part of what is written of a question: a `list`, `amounts` side by side, or what the `ends` of a scale mean. */
  function detail({ list, least = 2, marks, amounts, ends }, question) {
    if (list) return optionList(list, languages(), question[list] ?? Array.from({ length: least }, () => ({})), { least, marks });
    if (amounts) return el("div", { class: "pair" }, amounts.map((one) => amount(one, question[one.name] ?? one.value ?? "")));
    return Object.entries(ends).map(([end, label]) => {
      const text = localized(t(label), languages(), { value: question.labels?.[end], maximum: 80, optional: true });
      text.element.dataset.part = `labels-${end}`;
      return text.element;
    });
  }

  const amount = ({ name, label, longest }, value) => field(t(label), el("input", longest
    ? { class: "ds-input", maxlength: longest, "data-words": name, autocomplete: "off", value }
    : { class: "ds-input", type: "number", "data-amount": name, step: "any", value }));

  function switches(type, question) {
    const box = (name, label, help) => field(label, el("input", { class: "ds-input", type: "checkbox", id: freshId(name), "data-switch": name, checked: question[name] ?? false }), { toggle: true, help });
    return el("div", { class: "stack" }, box("required", t("survey.required")),
      written(type).filter((part) => part.toggle).map(({ toggle, label, help }) => box(toggle, t(label), t(help))));
  }

  const small = (label, act, name, colour) => button(label, act, { variant: "tertiary", size: "sm", colour, "data-act": name });

  function move(event, by) {
    const card = event.target.closest("[data-question]");
    const other = by < 0 ? card.previousElementSibling : card.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(card); else other.after(card);
    renumber();
    event.target.focus();
    announce(t("survey.moved", { number: cards().indexOf(card) + 1 }));
  }

  function drop(event) {
    const card = event.target.closest("[data-question]");
    const next = card.nextElementSibling ?? card.previousElementSibling;
    card.remove();
    renumber();
    goTo(next ? $("h3", next) : document.getElementById("questions-heading"));
  }

  /** Give every question that has none a key. */
  function name() {
    const taken = new Set(cards().map((card) => card.dataset.key));
    for (const card of cards()) for (let n = 1; !card.dataset.key; n++) if (!taken.has(`q${n}`)) taken.add(card.dataset.key = `q${n}`);
  }

  const offer = () => { name(); offerConditions(cards()); };

  function renumber() {
    const all = cards();
    offer();
    all.forEach((card, i) => {
      const named = t("survey.question-number", { number: i + 1, type: t(`survey.type-${card.dataset.question}`) });
      $("h3", card).textContent = named;
      for (const one of $$("[data-act]", card)) one.setAttribute("aria-label", `${one.textContent}: ${named}`);
      $("[data-act=up]", card).disabled = i === 0;
      $("[data-act=down]", card).disabled = i === all.length - 1;
    });
  }

  function read() {
    name();
    return cards().map(question);
  }

  /** The input that a pointer such as /questions/2/options/0/label/nn is about. */
  function find(pointer) {
    const [, , index, part, inner] = pointer.split("/");
    const card = cards()[Number(index)];
    if (!card) return null;
    const place = $$(`[data-list="${part}"] [data-option]`, card)[Number(inner)] || $(`[data-part="${part === "labels" ? `labels-${inner}` : part}"]`, card);
    const language = pointer.split("/").at(-1);
    return (place && ($(`[data-language="${language}"]`, place) || $("input", place))) || $(`[data-amount="${part}"], [data-switch="${part}"], [data-words="${part}"]`, card) || $("input", card);
  }

  /** Write the cards anew, keeping what they say, when the survey's languages change. */
  function rewrite() {
    const kept = cards().map((card) => [card.dataset.question, question(card)]);
    fill(list);
    for (const [type, one] of kept) add(type, one);
  }

  list.addEventListener("focusin", (event) => { if (event.target.matches("[data-show-if]")) offer(); });
  return { add, read, find, rewrite, get count() { return cards().length; } };
}

function question(card) {
  const type = card.dataset.question;
  const label = readTexts($("[data-part=label]", card)) ?? {};
  if (!drawn(type)) return { ...card.kept, key: card.dataset.key, type, label };
  const known = new Set([...said(type), "required", "show_if"]);
  const kept = Object.fromEntries(Object.entries(card.kept).filter(([name]) => !known.has(name)));
  const asked = { ...kept, key: card.dataset.key, type, label, required: $("[data-switch=required]", card).checked };
  for (const input of $$("[data-amount]", card)) if (input.value !== "") asked[input.dataset.amount] = typed(input.value);
  for (const { toggle } of written(type)) if (toggle && $(`[data-switch=${toggle}]`, card).checked) asked[toggle] = true;
  for (const list of $$("[data-list]", card)) asked[list.dataset.list] = readOptions(list);
  const [low, high] = ["min", "max"].map((end) => $(`[data-part=labels-${end}]`, card)).map((place) => place && readTexts(place));
  if (low || high) asked.labels = { ...(low ? { min: low } : {}), ...(high ? { max: high } : {}) };
  for (const input of $$("[data-words]", card)) if (input.value.trim()) asked[input.dataset.words] = input.value.trim();
  const condition = $("[data-show-if]", card)?.value;
  if (condition) asked.show_if = JSON.parse(condition);
  return asked;
}
