// Telling people what went wrong, in their language, where they are.
import { Problem } from "./api.js";
import { $$, el, fill, goTo } from "./elements.js";
import { has, t } from "./told.js";

/**
 * A sentence for anything that can be thrown: what the server says of it, which is in the reader's language and knows
 * what happened; but where the page knows what to do about it, the page's own.
 */
export function sentence(error) {
  if (!(error instanceof Problem)) return error?.spoken || t("problem.unexpected");
  if (error.type === "rate-limited" && error.retryAfter) return t("problem.rate-limited-for", { seconds: error.retryAfter });
  const here = `problem.${error.type}`;
  return has(here) ? t(here) : error.detail || t("problem.unexpected");
}

/**
 * Show what went wrong in `place` and move the reader there. `find(pointer)` gives the input a JSON pointer is
 * about, if the page has one: it is marked, described, and linked from the summary.
 */
export function showProblem(place, error, find = () => null) {
  clearProblem(place);
  const items = error instanceof Problem ? error.errors.map((one) => item(one, find)) : [];
  const heading = items.length ? t("problem.fix-these", { count: items.length }) : sentence(error);
  const box = el("div", { class: "ds-alert", "data-color": "danger", role: "alert" },
    el("h2", { class: "ds-heading", "data-size": "2xs" }, heading),
    items.length ? el("ul", { class: "ds-list" }, items) : null,
    error?.type === "sign-in-again" ? el("p", {}, el("a", { class: "ds-link", href: `/console/sign-in-again?next=${encodeURIComponent(location.pathname)}` }, t("problem.sign-in-again-here"))) : null);
  fill(place, box);
  place.hidden = false;
  goTo(box);
}

/** One thing that is wrong; `where` says of what, for those who read it away from its field. */
function item({ pointer, detail, where }, find) {
  const input = find(pointer), said = where ? `${where}: ${detail}` : detail;
  if (!input) return el("li", {}, said);
  mark(input, detail);
  return el("li", {}, el("a", { class: "ds-link", href: `#${input.id}`, onclick: (event) => { event.preventDefault(); goTo(input); } }, said));
}

let pointerless = 0;

/** Mark one input as wrong and say why beside it. */
export function mark(input, detail) {
  input.id ||= `wrong${pointerless++}`;
  const id = `${input.id}-wrong`;
  const about = (input.getAttribute("aria-describedby") || "").split(" ").filter((one) => one && one !== id);
  if (!input.matches("[type=radio], [type=checkbox], fieldset, button")) input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", [...about, id].join(" "));
  document.getElementById(id)?.remove();
  const holder = (input.matches("[type=radio], [type=checkbox]") && input.closest("fieldset")) || input.closest(".ds-field, fieldset") || input.parentElement;
  holder.append(el("p", { id, class: "ds-validation-message", "data-wrong": true }, detail));
}

/** Take away everything `showProblem` said in the form or region around `place`. */
export function clearProblem(place) {
  fill(place);
  place.hidden = true;
  const around = place.closest("form, main") || document;
  for (const said of $$("[data-wrong]", around)) said.remove();
  for (const input of $$('[aria-invalid], [aria-describedby$="-wrong"]', around)) {
    input.removeAttribute("aria-invalid");
    const about = (input.getAttribute("aria-describedby") || "").split(" ").filter((one) => !one.endsWith("-wrong"));
    if (about.length && about[0]) input.setAttribute("aria-describedby", about.join(" "));
    else input.removeAttribute("aria-describedby");
  }
}

/** Do something while its button is busy; what goes wrong is shown in `place`. Gives whether it went well. */
export async function attempt(place, pressed, act, find) {
  if (pressed?.hasAttribute("aria-busy")) return false;
  clearProblem(place);
  pressed?.setAttribute("aria-busy", "true");
  pressed?.setAttribute("aria-disabled", "true");
  try {
    await act();
    return true;
  } catch (error) {
    showProblem(place, error, find);
    return false;
  } finally {
    pressed?.removeAttribute("aria-busy");
    pressed?.removeAttribute("aria-disabled");
  }
}
