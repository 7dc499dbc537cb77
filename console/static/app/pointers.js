// From what the server says is wrong to the input it is about.
import { $ } from "./elements.js";

/** Finds the input a JSON pointer is about in a form: the one that names it, else the one that names what it is in. */
export const finder = (form) => (pointer) => {
  for (let at = pointer; at; at = at.slice(0, at.lastIndexOf("/"))) {
    const found = $(`[data-pointer="${CSS.escape(at)}"]`, form) ?? $(`[data-pointer^="${CSS.escape(at)}/"]`, form);
    if (found) return found;
  }
  return null;
};
