// Building the page's elements without ever parsing text as HTML.

/** An element with attributes, listeners (`onclick`) and children; false and null are left out. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key in PROPERTIES) made[key] = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const PROPERTIES = { value: true, checked: true, disabled: true, hidden: true, textContent: true };

let counted = 0;

/** An id not used on the page before. */
export const freshId = (stem) => `${stem}-${++counted}`;

/** Replace what an element holds. */
export const fill = (place, ...children) => place.replaceChildren(...children.flat(3).filter(Boolean));

export const $ = (selector, within = document) => within.querySelector(selector);
export const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

/** A labelled field in Designsystemet's shape; `help` stands between label and input. */
export function field(label, input, { help, weight = "medium", toggle = false } = {}) {
  const id = input.id || freshId("field");
  input.id = id;
  const described = help ? el("div", { id: `${id}-help`, "data-field": "description" }, help) : null;
  if (described) input.setAttribute("aria-describedby", described.id);
  const named = el("label", { class: "ds-label", "data-weight": toggle ? "regular" : weight, for: id }, label);
  const parts = toggle ? [input, named, described] : [named, described, input];
  return el("div", { class: "ds-field" }, parts);
}

export const button = (label, onclick, { variant = "primary", size, colour, ...more } = {}) =>
  el("button", { type: "button", class: "ds-button", "data-variant": variant, "data-size": size, "data-color": colour, onclick, ...more }, label);

/** Move the reader to an element, whether or not it usually takes focus. */
export function goTo(place) {
  if (!place.hasAttribute("tabindex") && !place.matches("a,button,input,select,textarea,summary")) place.tabIndex = -1;
  place.focus();
  place.scrollIntoView({ block: "nearest" });
}
