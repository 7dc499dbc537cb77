// A number, perhaps with a unit.
import { el, field } from "../elements.js";
import { register } from "../question-types.js";
import { legend } from "../resident/answer-parts.js";
import { typed } from "../shapes.js";
import { picked } from "../told.js";

register("number", {
  written: [{ amounts: [{ name: "min", label: "survey.at-least" }, { name: "max", label: "survey.at-most" }, { name: "unit", label: "survey.unit", longest: 40 }] }, { toggle: "integer", label: "survey.whole-numbers" }],
  field(question, id) {
    const input = el("input", { class: "ds-input narrow", inputmode: question.integer ? "numeric" : "decimal", autocomplete: "off", id });
    const unit = picked(question.unit);
    const element = field([...legend(question), unit ? ` (${unit})` : ""], input, { help: picked(question.help) || undefined });
    return { element, read: () => { if (input.value.trim() === "") return undefined; const value = typed(input.value); return Number.isNaN(value) ? input.value : value; } };
  },
});
