// What a JSON pointer into a survey is about, in words: "Spørsmål 3, svaralternativ 2, nynorsk".
import { has, languageName, t } from "../told.js";

const LISTS = ["options", "rows", "columns"];
const PARTS = {
  title: "survey.title", intro: "survey.intro", closes_at: "survey.closes", smallest_group: "survey.smallest", languages: "survey.languages",
  eligibility: "survey.who", questions: "survey.questions", help: "survey.help", show_if: "survey.shown", min: "survey.part-min", max: "survey.part-max",
  labels: "survey.part-ends", place: "survey.zone", message: "survey.message", required: "survey.required", layers: "survey.layers", mask: "survey.mask",
};

/** The name of a place in a draft, with its language unless `tongue` is false; empty for the whole. */
export function named(pointer, { tongue = true } = {}) {
  const steps = pointer.split("/").slice(1);
  const said = [];
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at], place = { number: Number(steps[at + 1]) + 1 };
    if (step === "questions" && steps[at + 1]) { said.push(t("survey.part-question", place)); at++; }
    else if (LISTS.includes(step) && steps[at + 1]) { said.push(t(`survey.list-${step}-number`, place)); at++; }
    else if (PARTS[step] && has(PARTS[step])) said.push(t(PARTS[step]));
    else if (tongue && at === steps.length - 1 && /^[a-z]{2,3}$/.test(step) && ["title", "intro", "label", "help", "min", "max", "body"].includes(steps[at - 1])) said.push(languageName(step));
  }
  return said.map((one, i) => (i ? one.charAt(0).toLocaleLowerCase() + one.slice(1) : one)).join(", ");
}
