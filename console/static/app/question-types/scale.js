// A whole number between two ends, each step shown.
import { $, el } from "../elements.js";
import { register } from "../question-types.js";
import { group } from "../resident/answer-parts.js";
import { number, picked, t } from "../told.js";

export const scale = {
  written: [
    { amounts: [{ name: "min", label: "survey.from", value: 1 }, { name: "max", label: "survey.to", value: 5 }] },
    { ends: { min: "survey.scale-min", max: "survey.scale-max" } },
  ],
  field(question, id) {
    const steps = Array.from({ length: question.max - question.min + 1 }, (_, i) => question.min + i);
    const ends = question.labels ?? {};
    const row = el("div", { class: "scale" }, steps.map((step) => el("label", { class: "step" }, el("input", { type: "radio", name: id, value: step }), el("span", {}, number(step)))));
    const said = ends.min || ends.max ? t("app.scale-ends", { min: question.min, low: picked(ends.min), max: question.max, high: picked(ends.max) }) : "";
    const element = group(question, id, [row, el("div", { class: "row between quiet", "aria-hidden": "true" }, el("span", {}, picked(ends.min)), el("span", {}, picked(ends.max)))], said);
    return { element, read: () => { const one = $("input:checked", element); return one ? Number(one.value) : undefined; } };
  },
};

register("scale", scale);
