// Whom a survey would reach, before anything is sent.
import { post } from "./api.js";
import { el, fill } from "./elements.js";
import { languageName, number, t } from "./told.js";

const count = (value) => (typeof value === "number" ? number(value) : value);

/** Ask for the audience and show it in `place`; gives what the server said. */
export async function preview(place, { areas, languages }) {
  const audience = await post("/v1/staff/audiences/preview", { areas, interests: [], languages: [] });
  const missing = audience.languages_missing ?? [];
  fill(place,
    el("dl", { class: "figures" }, el("div", {}, el("dt", {}, t("survey.reached")), el("dd", {}, String(count(audience.reached))))),
    el("p", { class: "ds-paragraph", "data-size": "sm" }, t("survey.rounded")),
    table(t("survey.by-language"), Object.entries(audience.by_language ?? {}).map(([tag, value]) => [languageName(tag), value])),
    missing.filter((tag) => !languages.includes(tag)).length
      ? el("p", { class: "ds-paragraph", "data-size": "sm" }, t("survey.languages-missing", { languages: missing.map(languageName).join(", ") })) : null,
    typeof audience.deferred_by_quiet_hours === "number" && audience.deferred_by_quiet_hours > 0
      ? el("p", { class: "ds-paragraph", "data-size": "sm" }, t("survey.deferred", { count: count(audience.deferred_by_quiet_hours) })) : null);
  return audience;
}

function table(caption, rows) {
  if (!rows.length) return null;
  return el("table", { class: "ds-table", "data-size": "sm" }, el("caption", {}, caption),
    el("tbody", {}, rows.map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", { class: "numeric" }, String(count(value)))))));
}
