// How many texts are still to be written in each language, and the way to the next of them.
import { $$, button, fill, goTo } from "../elements.js";
import { languageName, number, t } from "../told.js";

/** The inputs of a language that stand empty though the text is written in another, or must be. */
const empty = (form, language) => form.texts().filter((input) => input.dataset.language === language && !input.value.trim()
  && (input.closest(".tongues") ? $$("[data-language]", input.closest(".tongues")).some((one) => one.value.trim() || one.required) : input.required));

/** Say it in `place`, one button for each language in which something is missing. */
export function showMissing(place, form) {
  const found = form.languages().map((language) => [language, empty(form, language)]).filter(([, inputs]) => inputs.length);
  const said = JSON.stringify(found.map(([language, inputs]) => [language, inputs.length]));
  if (place.dataset.said === said) return;
  place.dataset.said = said;
  const after = (inputs) => inputs.find((input) => document.activeElement?.compareDocumentPosition(input) & Node.DOCUMENT_POSITION_FOLLOWING) ?? inputs[0];
  fill(place, found.map(([language, inputs]) => button(t("survey.missing", { language: languageName(language), count: number(inputs.length) }),
    () => { const now = empty(form, language); if (now.length) { form.show(after(now)); goTo(after(now)); } }, { variant: "tertiary", size: "sm" })));
}
