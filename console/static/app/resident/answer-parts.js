// What several question types are answered with.
import { $, $$, el, field, freshId } from "../elements.js";
import { picked, t } from "../told.js";

export const legend = (question) => [picked(question.label), question.required ? "" : el("span", { class: "tongue" }, ` (${t("app.optional")})`)];

/** Inputs that answer one question together. */
export function group(question, id, inputs, help) {
  const said = [picked(question.help), help].filter(Boolean).join(" ");
  return el("fieldset", { class: "ds-fieldset", id, tabindex: "-1", "aria-describedby": said ? `${id}-help` : null },
    el("legend", { class: "ds-label", "data-weight": "medium" }, legend(question)),
    said ? el("p", { id: `${id}-help`, "data-field": "description" }, said) : null, inputs);
}

export const choice = (type, name, value, label) => field(label, el("input", { class: "ds-input", type, name, value, id: freshId(name) }), { toggle: true });

/** The options as they are to stand, in another order each time where the question says so. */
export function inOrder(question) {
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

/** Options to choose one (`radio`) or several of (`checkbox`): the element, and `chosen()`. */
export function options(question, id, type) {
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
