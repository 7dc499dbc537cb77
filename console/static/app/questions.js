// Writing a survey's questions: one card for each, read back as the survey document wants it.
import { $, $$, button, el, field, fill, freshId, goTo } from "./elements.js";
import { localized, readTexts } from "./localized.js";
import { optionList, readOptions } from "./options.js";
import { announce } from "./problems.js";
import { typed } from "./shapes.js";
import { offerConditions, shownIf } from "./shown-if.js";
import { t } from "./told.js";

const WRITTEN = new Set(["single", "multiple", "scale", "rating", "number", "text", "date", "ranking", "matrix"]);
/** What the form says of a question, by its type; all else of it is kept as it was written. */
const SAID = {
  single: ["options", "breakdown"], multiple: ["options", "max"], scale: ["min", "max", "labels"], rating: ["min", "max", "labels"],
  number: ["min", "max", "unit"], text: ["max_length"], date: [], ranking: ["options", "top"], matrix: ["rows", "columns"],
};

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
    const label = localized(t("survey.question"), languages(), { value: question.label, maximum: 300, help: t(`survey.help-${WRITTEN.has(type) ? type : "kept"}`) });
    label.element.dataset.part = "label";
    return [el("div", { class: "row between" }, heading, controls), label.element, ...(WRITTEN.has(type) ? [...details(type, question), switches(type, question), shownIf(question.show_if)] : [])];
  }

  function details(type, question) {
    const two = [{}, {}];
    if (type === "single") return [optionList("options", languages(), question.options ?? two, { marks: ["other"] })];
    if (type === "multiple") return [optionList("options", languages(), question.options ?? two, { marks: ["other", "exclusive"] }), el("div", { class: "pair" }, amount("max", t("survey.most"), question.max))];
    if (type === "ranking") return [optionList("options", languages(), question.options ?? two), el("div", { class: "pair" }, amount("top", t("survey.top"), question.top))];
    if (type === "matrix") return [optionList("rows", languages(), question.rows ?? [{}], { least: 1 }), optionList("columns", languages(), question.columns ?? two)];
    if (type === "date") return [];
    if (type === "scale" || type === "rating") {
      const ends = ["min", "max"].map((end) => {
        const text = localized(t(`survey.scale-${end}`), languages(), { value: question.labels?.[end], maximum: 80, optional: true });
        text.element.dataset.part = `labels-${end}`;
        return text.element;
      });
      return [el("div", { class: "pair" }, amount("min", t("survey.from"), question.min ?? 1), amount("max", t("survey.to"), question.max ?? 5)), ...ends];
    }
    if (type === "number") {
      const unit = el("input", { class: "ds-input", maxlength: 40, "data-unit": true, autocomplete: "off", value: question.unit ?? "" });
      return [el("div", { class: "pair" }, amount("min", t("survey.at-least"), question.min), amount("max", t("survey.at-most"), question.max), field(t("survey.unit"), unit))];
    }
    return [el("div", { class: "pair" }, amount("max_length", t("survey.longest"), question.max_length ?? 500))];
  }

  const amount = (name, label, value) => field(label, el("input", { class: "ds-input", type: "number", "data-amount": name, step: "any", value: value ?? "" }));

  function switches(type, question) {
    const box = (name, label, checked, help) => field(label, el("input", { class: "ds-input", type: "checkbox", id: freshId(name), "data-switch": name, checked }), { toggle: true, help });
    return el("div", { class: "stack" }, box("required", t("survey.required"), question.required ?? false),
      type === "single" ? box("breakdown", t("survey.breakdown"), question.breakdown ?? false, t("survey.breakdown-help")) : null);
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
    return (place && ($(`[data-language="${language}"]`, place) || $("input", place))) || $(`[data-amount="${part}"], [data-switch="${part}"]`, card) || $("input", card);
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
  if (!WRITTEN.has(type)) return { ...card.kept, key: card.dataset.key, type, label };
  const said = new Set([...SAID[type], "required", "show_if"]);
  const kept = Object.fromEntries(Object.entries(card.kept).filter(([name]) => !said.has(name)));
  const asked = { ...kept, key: card.dataset.key, type, label, required: $("[data-switch=required]", card).checked };
  for (const input of $$("[data-amount]", card)) if (input.value !== "") asked[input.dataset.amount] = typed(input.value);
  if ($("[data-switch=breakdown]", card)?.checked) asked.breakdown = true;
  for (const list of $$("[data-list]", card)) asked[list.dataset.list] = readOptions(list);
  const [low, high] = ["min", "max"].map((end) => $(`[data-part=labels-${end}]`, card)).map((place) => place && readTexts(place));
  if (low || high) asked.labels = { ...(low ? { min: low } : {}), ...(high ? { max: high } : {}) };
  const unit = $("[data-unit]", card)?.value.trim();
  if (unit) asked.unit = unit;
  const condition = $("[data-show-if]", card)?.value;
  if (condition) asked.show_if = JSON.parse(condition);
  return asked;
}
