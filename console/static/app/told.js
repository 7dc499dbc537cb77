// What the server told this page: the language, the municipality, and the texts.

const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "{}");

export const told = read("told");
const texts = read("texts");

/** A text by its key with its {places} filled in; a missing one shows its key, and a test forbids it. */
export function t(key, values = {}) {
  let text = texts[key] ?? key;
  for (const [name, value] of Object.entries(values)) text = text.replaceAll(`{${name}}`, value);
  return text;
}

export const has = (key) => key in texts;

const locale = { nb: "nb-NO", nn: "nn-NO", en: "en-GB" }[told.language] ?? "nb-NO";

export const number = (value, digits = 0) =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);

export const day = (value) =>
  new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" }).format(new Date(value));

export const moment = (value) =>
  new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" }).format(new Date(value));

/** A time of day with its seconds. */
export const clock = (value) => new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(value));

/** The time of day. */
export const timeOfDay = (value) => new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }).format(new Date(value));
/** Names in a row, with the language's "or" before the last. */
export const listed = (names) => new Intl.ListFormat(locale, { type: "disjunction" }).format(names);

/** Parts in a row, with the language's "and" before the last. */
export const joined = (parts) => new Intl.ListFormat(locale, { type: "conjunction" }).format(parts);

/** A localized text in the reader's language, else in the first it was written in. */
export const picked = (text) =>
  !text ? "" : typeof text === "string" ? text : (text[told.language] ?? Object.values(text)[0] ?? "");

const OWN = { nb: "Bokmål", nn: "Nynorsk" };

/** A language's own name. */
export function languageName(tag) {
  if (OWN[tag]) return OWN[tag];
  const name = new Intl.DisplayNames([tag], { type: "language", fallback: "code" }).of(tag);
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}
