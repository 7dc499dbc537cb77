// What stands below a survey's questions.
import { el } from "../elements.js";
import { t } from "../told.js";

/** How an answer stays secret, and the ways to send it. */
export const secrecy = (survey, now, later) => el("section", { class: "ds-card stack", "data-variant": "tinted", "data-color": "brand1", "aria-labelledby": "secret" },
  el("h2", { class: "ds-heading", "data-size": "2xs", id: "secret" }, t("app.secret")),
  el("p", { class: "ds-paragraph", "data-size": "sm" }, t("app.secret-text", { k: survey.smallest_group ?? 5 })),
  el("div", { class: "row" }, now, later),
  el("p", { class: "ds-paragraph quiet", "data-size": "sm", id: "later-help" }, t("app.later-help")));
