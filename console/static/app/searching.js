// A field to search with: what is typed is looked for once nothing more is typed for a moment.
import { attempt } from "./problems.js";
import { $ } from "./elements.js";

const PAUSE_MS = 250;

/** Call `find(words)` when `field` has been changed; only what was asked for last is awaited. */
export function searching(field, find) {
  let waits = 0;
  field.addEventListener("input", () => {
    clearTimeout(waits);
    waits = setTimeout(() => attempt($("#problem"), null, () => find(field.value.trim())), PAUSE_MS);
  });
}
