// Options put in order.
import { el } from "../elements.js";
import { register } from "../question-types.js";
import { group, inOrder } from "../resident/answer-parts.js";
import { picked, t } from "../told.js";

register("ranking", {
  written: [{ list: "options" }, { amounts: [{ name: "top", label: "survey.top" }] }],
  field(question, id) {
    const places = Array.from({ length: question.top ?? question.options.length }, (_, at) => el("select", { class: "ds-input", id: `${id}-${at}`, "aria-label": t("app.place", { place: at + 1 }) },
      el("option", { value: "" }, t("app.place", { place: at + 1 })), inOrder(question).map((option) => el("option", { value: option.key }, picked(option.label)))));
    const element = group(question, id, el("div", { class: "stack" }, places), t("app.rank"));
    const read = () => places.map((place) => place.value).filter(Boolean);
    element.addEventListener("change", () => {
      const taken = new Set(read());
      for (const place of places) for (const option of place.options) option.disabled = taken.has(option.value) && option.value !== place.value;
    });
    return { element, read: () => (read().length ? read() : undefined) };
  },
});
