// Numbers of residents: rounded, or said to be few where they are too small to be told.
import { el } from "./elements.js";
import { number, t } from "./told.js";

/** A small number as a word. */
const spelled = (value) => t("common.numerals").split(" ")[value] ?? number(value);

/** The smallest number that is told, as a word: of a hidden one. */
export const smallest = (hidden) => spelled(Number(hidden.slice(1)));

export const count = (value) => (typeof value === "number" ? number(value) : t("common.fewer", { k: smallest(value) }));

/** A table of names and numbers, or null where there are none to tell; that some are left out is said below it. */
export function tally(caption, rows) {
  const shown = rows.filter(([, value]) => typeof value === "number");
  const hidden = rows.find(([, value]) => typeof value !== "number");
  if (!shown.length) return null;
  return el("div", { class: "stack" }, el("table", { class: "ds-table", "data-size": "sm" }, el("caption", {}, caption),
    el("tbody", {}, shown.map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", { class: "numeric" }, number(value)))))),
    hidden ? el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, t("common.fewer-left-out", { k: smallest(hidden[1]) })) : null);
}

/** Whether a number is known and not zero: what is hidden may be none. */
export const isSome = (value) => typeof value === "number" && value > 0;
