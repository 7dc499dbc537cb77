// Words.
import { el, field } from "../elements.js";
import { register } from "../question-types.js";
import { legend } from "../resident/answer-parts.js";
import { picked, t } from "../told.js";

register("text", {
  written: [{ amounts: [{ name: "max_length", label: "survey.longest", value: 500 }] }, { toggle: "long", label: "survey.long" }],
  field(question, id) {
    const long = question.long || question.max_length > 120;
    const input = el(long ? "textarea" : "input", { class: "ds-input", id, maxlength: question.max_length, rows: long ? 4 : null });
    const element = field(legend(question), input, { help: [picked(question.help), t("app.no-names")].filter(Boolean).join(" ") });
    return { element, read: () => input.value.trim() || undefined };
  },
});
