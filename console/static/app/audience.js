// Whom a survey would reach, before anything is sent.
import { post } from "./api.js";
import { count, isSome, tally } from "./counted.js";
import { el, fill } from "./elements.js";
import { reached } from "./last-count.js";
import { languageName, t } from "./told.js";

/** Ask for the audience and show it in `place`; gives what the server said. */
export async function preview(place, { areas, languages }) {
  const audience = await post("/v1/staff/audiences/preview", { areas, interests: [], languages: [] });
  const missing = audience.languages_missing ?? [];
  fill(place,
    ...reached(audience, t("survey.reached")),
    tally(t("survey.by-language"), Object.entries(audience.by_language ?? {}).map(([tag, value]) => [languageName(tag), value])),
    missing.filter((tag) => !languages.includes(tag)).length
      ? el("p", { class: "ds-paragraph", "data-size": "sm" }, t("survey.languages-missing", { languages: missing.map(languageName).join(", ") })) : null,
    isSome(audience.deferred_by_quiet_hours)
      ? el("p", { class: "ds-paragraph", "data-size": "sm" }, t("survey.deferred", { count: count(audience.deferred_by_quiet_hours) })) : null);
  return audience;
}
