// Several options of several.
import { register } from "../question-types.js";
import { options } from "../resident/answer-parts.js";

register("multiple", {
  written: [{ list: "options", marks: ["other", "exclusive"] }, { amounts: [{ name: "min", label: "survey.fewest" }, { name: "max", label: "survey.most" }] }, { toggle: "random_order", label: "survey.random" }],
  field(question, id) {
    const { element, chosen } = options(question, id, "checkbox");
    return { element, read: () => (chosen().length ? chosen() : undefined) };
  },
});
