// A question as a form's field, and what was answered there.
import { $, $$, el, field, freshId } from "../elements.js";
import { typed } from "../shapes.js";
import { number, picked, t } from "../told.js";

const MAKERS = { ranking, matrix, single, multiple, scale, rating: scale, number: amount, text: words, date: day };

/** `{key, element, read()}` for a question; `read` gives undefined where nothing is answered. Unknown types have no `read`. */
export function questionField(question) {
  const make = MAKERS[question.type];
  if (!make) return { key: question.key, question, element: el("div", { class: "ds-card", "data-variant": "tinted" }, el("p", { class: "ds-paragraph" }, picked(question.label)), el("p", { class: "ds-paragraph" }, ["info", "section"].includes(question.type) ? picked(question.help) : t("app.unknown-question"))) };
  const made = make(question, freshId("q"));
  made.element.dataset.key = question.key;
  return { key: question.key, question, ...made };
}

const legend = (question) => [picked(question.label), question.required ? "" : el("span", { class: "tongue" }, ` (${t("app.optional")})`)];

function group(question, id, inputs, help) {
  const said = [picked(question.help), help].filter(Boolean).join(" ");
  return el("fieldset", { class: "ds-fieldset", id, tabindex: "-1", "aria-describedby": said ? `${id}-help` : null },
    el("legend", { class: "ds-label", "data-weight": "medium" }, legend(question)),
    said ? el("p", { id: `${id}-help`, "data-field": "description" }, said) : null, inputs);
}

const choice = (type, name, value, label) => field(label, el("input", { class: "ds-input", type, name, value, id: freshId(name) }), { toggle: true });

function inOrder(question) {
  const options = [...question.options];
  if (!question.random_order) return options;
  for (let i = options.length - 1; i > 0; i--) {
    const j = crypto.getRandomValues(new Uint32Array(1))[0] % (i + 1);
    [options[i], options[j]] = [options[j], options[i]];
  }
  return options;
}

const otherText = (id, option, place) => {
  if (!option.other) return null;
  const input = el("input", { class: "ds-input", maxlength: 500, "data-other": option.key, "aria-label": t("app.other", { option: picked(option.label) }) });
  place.push(input);
  return el("div", { hidden: true, "data-other-for": option.key }, input);
};

function options(question, id, type) {
  const others = [];
  const inputs = inOrder(question).flatMap((option) => [choice(type, id, option.key, picked(option.label)), otherText(id, option, others)]);
  const help = type === "checkbox" ? (question.max ? t("app.choose-up-to", { max: question.max }) : t("app.choose-several")) : t("app.choose-one");
  const element = group(question, id, inputs, help);
  const chosen = () => $$(`input[name="${id}"]:checked`, element).map((input) => input.value);
  element.addEventListener("change", (event) => {
    const exclusive = new Set(question.options.filter((option) => option.exclusive).map((option) => option.key));
    if (event.target.checked && exclusive.size) {
      for (const box of $$(`input[name="${id}"]`, element)) if (box !== event.target && (exclusive.has(event.target.value) || exclusive.has(box.value))) box.checked = false;
    }
    for (const place of $$("[data-other-for]", element)) place.hidden = !chosen().includes(place.dataset.otherFor);
  });
  const answer = (key) => {
    const text = $(`[data-other="${key}"]`, element);
    return text ? { other: text.value.trim() } : key;
  };
  return { element, chosen: () => chosen().map(answer) };
}

function single(question, id) {
  const { element, chosen } = options(question, id, "radio");
  return { element, read: () => chosen()[0] };
}

function multiple(question, id) {
  const { element, chosen } = options(question, id, "checkbox");
  return { element, read: () => (chosen().length ? chosen() : undefined) };
}

function scale(question, id) {
  const steps = Array.from({ length: question.max - question.min + 1 }, (_, i) => question.min + i);
  const ends = question.labels ?? {};
  const row = el("div", { class: "scale" }, steps.map((step) => el("label", { class: "step" }, el("input", { type: "radio", name: id, value: step }), el("span", {}, number(step)))));
  const said = ends.min || ends.max ? t("app.scale-ends", { min: question.min, low: picked(ends.min), max: question.max, high: picked(ends.max) }) : "";
  const element = group(question, id, [row, el("div", { class: "row between quiet", "aria-hidden": "true" }, el("span", {}, picked(ends.min)), el("span", {}, picked(ends.max)))], said);
  return { element, read: () => { const one = $("input:checked", element); return one ? Number(one.value) : undefined; } };
}

function amount(question, id) {
  const input = el("input", { class: "ds-input narrow", inputmode: question.integer ? "numeric" : "decimal", autocomplete: "off", id });
  const unit = picked(question.unit);
  const element = field([...legend(question), unit ? ` (${unit})` : ""], input, { help: picked(question.help) || undefined });
  return { element, read: () => { if (input.value.trim() === "") return undefined; const value = typed(input.value); return Number.isNaN(value) ? input.value : value; } };
}

function words(question, id) {
  const long = question.long || question.max_length > 120;
  const input = el(long ? "textarea" : "input", { class: "ds-input", id, maxlength: question.max_length, rows: long ? 4 : null });
  const element = field(legend(question), input, { help: [picked(question.help), t("app.no-names")].filter(Boolean).join(" ") });
  return { element, read: () => input.value.trim() || undefined };
}

function day(question, id) {
  const input = el("input", { class: "ds-input narrow", type: "date", id, min: question.min, max: question.max });
  return { element: field(legend(question), input, { help: picked(question.help) || undefined }), read: () => input.value || undefined };
}

function ranking(question, id) {
  const places = Array.from({ length: question.top ?? question.options.length }, (_, at) => el("select", { class: "ds-input", id: `${id}-${at}`, "aria-label": t("app.place", { place: at + 1 }) },
    el("option", { value: "" }, t("app.place", { place: at + 1 })), inOrder(question).map((option) => el("option", { value: option.key }, picked(option.label)))));
  const element = group(question, id, el("div", { class: "stack" }, places), t("app.rank"));
  const read = () => places.map((place) => place.value).filter(Boolean);
  element.addEventListener("change", () => {
    const taken = new Set(read());
    for (const place of places) for (const option of place.options) option.disabled = taken.has(option.value) && option.value !== place.value;
  });
  return { element, read: () => (read().length ? read() : undefined) };
}

function matrix(question, id) {
  const rows = question.rows.map((row, at) => el("fieldset", { class: "ds-fieldset", "data-row": row.key }, el("legend", { class: "ds-label", "data-weight": "regular" }, picked(row.label)),
    el("div", { class: "row" }, question.columns.map((column) => choice("radio", `${id}-${at}`, column.key, picked(column.label))))));
  const element = group(question, id, el("div", { class: "stack" }, rows), t("app.choose-each"));
  const read = () => Object.fromEntries(rows.map((row) => [row.dataset.row, $("input:checked", row)?.value]).filter(([, column]) => column));
  return { element, read: () => (Object.keys(read()).length ? read() : undefined) };
}
