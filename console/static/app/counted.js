// Numbers of residents: rounded, or hidden where they are too small to be said.
import { el } from "./elements.js";
import { number } from "./told.js";

export const count = (value) => (typeof value === "number" ? number(value) : String(value));

/** A table of names and numbers, or null where there are none. */
export function tally(caption, rows) {
  if (!rows.length) return null;
  return el("table", { class: "ds-table", "data-size": "sm" }, el("caption", {}, caption),
    el("tbody", {}, rows.map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", { class: "numeric" }, count(value))))));
}

/** Whether a number is known and not zero: what is hidden may be none. */
export const isSome = (value) => typeof value === "number" && value > 0;
