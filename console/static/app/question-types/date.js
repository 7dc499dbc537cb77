// A day.
import { el, field } from "../elements.js";
import { register } from "../question-types.js";
import { legend } from "../resident/answer-parts.js";
import { picked } from "../told.js";

register("date", {
  written: [{ amounts: [{ name: "min", label: "survey.earliest", day: true }, { name: "max", label: "survey.latest", day: true }] }],
  field(question, id) {
    const input = el("input", { class: "ds-input narrow", type: "date", id, min: question.min, max: question.max });
    return { element: field(legend(question), input, { help: picked(question.help) || undefined }), read: () => input.value || undefined };
  },
});
