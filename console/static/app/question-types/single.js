// One option of several.
import { register } from "../question-types.js";
import { options } from "../resident/answer-parts.js";

register("single", {
  written: [{ list: "options", marks: ["other"] }, { toggle: "random_order", label: "survey.random" }, { toggle: "breakdown", label: "survey.breakdown", help: "survey.breakdown-help" }],
  field(question, id) {
    const { element, chosen } = options(question, id, "radio");
    return { element, read: () => chosen()[0] };
  },
});
