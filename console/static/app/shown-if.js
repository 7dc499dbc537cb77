// Whom a question is shown to: everybody, or those who chose something before.
import { $$, el, field, fill } from "./elements.js";
import { nameOptions } from "./options.js";
import { t, told } from "./told.js";

const said = (place) => { const inputs = $$("[data-language]", place); return (inputs.find((one) => one.dataset.language === told.language && one.value) ?? inputs.find((one) => one.value))?.value ?? ""; };
const short = (text) => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

/** The choice for one question; what was written elsewhere and is not so simple stays as it is. */
export function shownIf(condition) {
  const select = el("select", { class: "ds-input", "data-show-if": true });
  const { question, is } = condition ?? {};
  const simple = is !== undefined && Object.keys(condition).length === 2;
  const written = condition ? JSON.stringify(simple ? { question, is } : condition) : "";
  fill(select, el("option", { value: "" }, t("survey.shown-always")), written ? el("option", { value: written }, t("survey.shown-as-written")) : null);
  select.value = written;
  return field(t("survey.shown"), select);
}

/** What can be chosen in a card's select: the options of the choices asked before it. */
export function offerConditions(cards) {
  cards.forEach((card, at) => {
    const select = card.querySelector("[data-show-if]");
    if (!select) return;
    const before = cards.slice(0, at).filter((one) => ["single", "multiple"].includes(one.dataset.question));
    const choices = before.flatMap((one) => {
      const list = one.querySelector("[data-list]");
      nameOptions(list);
      return $$("[data-option]", list).map((row) => [JSON.stringify({ question: one.dataset.key, is: row.dataset.option }), t("survey.shown-if", { question: short(said(one.querySelector("[data-part=label]"))) || one.dataset.key, option: short(said(row)) || row.dataset.option })]);
    });
    const now = select.value;
    fill(select, el("option", { value: "" }, t("survey.shown-always")), choices.map(([value, text]) => el("option", { value }, text)),
      now && !choices.some(([value]) => value === now) ? el("option", { value: now }, t("survey.shown-as-written")) : null);
    select.value = now;
    select.closest(".ds-field").hidden = select.options.length < 2;
  });
}
