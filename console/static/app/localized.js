// Fields for a text in each language that the municipality writes in.
import { $$, el, field, freshId } from "./elements.js";
import { languageName, told } from "./told.js";

export const townLanguages = () => told.municipality?.languages?.filter(Boolean) ?? ["nb"];

/**
 * Inputs for one text, one per language; the first is required. `long` makes them several lines high.
 * Gives the element, and `read()` → {nb: "…"} or null when nothing is written.
 */
export function localized(label, languages, { value = {}, long = false, help, maximum = 200, pointer, optional = false } = {}) {
  const stem = freshId("text");
  const input = (language, i) => {
    const made = el(long ? "textarea" : "input", {
      class: "ds-input", id: `${stem}-${language}`, lang: language, "data-language": language, maxlength: maximum,
      rows: long ? 3 : null, required: i === 0 && !optional, "data-pointer": pointer ? `${pointer}/${language}` : null, autocomplete: "off",
      "aria-describedby": help && languages.length > 1 ? `${stem}-help` : null,
    });
    made.value = value?.[language] ?? "";
    return made;
  };
  const element = languages.length === 1 ? field(label, input(languages[0], 0), { help })
    : el("div", { class: "tongues", role: "group", "aria-labelledby": `${stem}-label` },
        el("div", { class: "ds-label", "data-weight": "medium", id: `${stem}-label`, "data-names": true }, label),
        help ? el("div", { class: "quiet", id: `${stem}-help` }, help) : null,
        languages.map((language, i) => el("div", { class: "ds-field tongue-row" },
          el("label", { class: "ds-label", "data-weight": "regular", for: `${stem}-${language}` }, el("span", { class: "ds-sr-only", "data-names": true }, label), " ", languageName(language)), input(language, i))));
  return { element, read: () => readTexts(element) };
}

/** Give an element made by `localized` another label. */
export function rename(element, label) {
  const places = $$("[data-names]", element);
  for (const place of places.length ? places : $$("label", element)) place.textContent = label;
}

/** The texts written below an element made by `localized`. */
export function readTexts(element) {
  const written = $$("[data-language]", element).map((input) => [input.dataset.language, input.value.trim()]).filter(([, text]) => text);
  return written.length ? Object.fromEntries(written) : null;
}
