// Several options of several.
import { register } from "../question-types.js";
import { options } from "../resident/answer-parts.js";

register("multiple", {
  written: [{ list: "options", marks: ["other", "exclusive"] }, { amounts: [{ name: "max", label: "survey.most" }] }],
  field(question, id) {
    const { element, chosen } = options(question, id, "checkbox");
    return { element, read: () => (chosen().length ? chosen() : undefined) };
  },
});
