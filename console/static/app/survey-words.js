// Correcting the words of an open survey: every text that stands in it, and nothing but texts.
import { leave } from "./announcer.js";
import { post } from "./api.js";
import { $, fill } from "./elements.js";
import { localized } from "./localized.js";
import { finder } from "./pointers.js";
import { attempt } from "./problems.js";
import { t, told } from "./told.js";

const document_ = told.survey.document;
const languages = new Set(document_.languages);
const isText = (value) => { const tags = Object.keys(value); return tags.length > 0 && tags.every((tag) => languages.has(tag) && typeof value[tag] === "string"); };

/** Every localized text in a part of the document, with its path. */
function texts(part, path = []) {
  if (!part || typeof part !== "object") return [];
  if (!Array.isArray(part) && isText(part)) return [{ path, text: part }];
  return Object.entries(part).flatMap(([name, inner]) => texts(inner, [...path, name]));
}

function nameOf(path) {
  if (path[0] !== "questions") return t(`result.words-${path[0] === "intro" ? "intro" : "title"}`);
  const number = Number(path[1]) + 1;
  return path.length > 3 ? t("result.words-part", { number, part: Number(path[3]) + 1 || path[3] }) : t("result.words-question", { number });
}

const fields = texts(document_).map(({ path, text }) => ({
  path, field: localized(nameOf(path), document_.languages, { value: text, maximum: 5000, long: Object.values(text).some((one) => one.length > 80), pointer: `/${path.join("/")}` }),
}));
fill($("#words"), fields.map((one) => one.field.element));

$("#wording").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt($("#problem"), $("#save"), async () => {
    const corrected = structuredClone(document_);
    for (const { path, field } of fields) {
      const place = path.slice(0, -1).reduce((at, name) => at[name], corrected);
      place[path.at(-1)] = field.read() ?? {};
    }
    await post(`/v1/staff/surveys/${told.survey.id}/wording`, corrected);
    leave(`/console/surveys/${told.survey.id}`, t("done.words-corrected"));
  }, finder($("#wording")));
});
