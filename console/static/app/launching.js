// Launching a draft: what is asked once more before it, and what it is sent out with.
import { post } from "./api.js";
import { confirmed } from "./confirm.js";
import { $ } from "./elements.js";
import { largeEnough } from "./last-count.js";
import { number, picked, t } from "./told.js";

/**
 * Read the draft through (`check`), count whom it reaches (`ask`), ask once more, and send it out. `written()` is what the
 * editor says then, `survey()` the id, `until(days)` the deadline or that many days from now.
 */
export async function launch({ check, ask, written, survey, until }) {
  await check();
  const audience = await ask();
  const { title, message, zone, notifies } = written();
  if (notifies) largeEnough(audience);
  const reached = typeof audience.reached === "number" ? number(audience.reached) : audience.reached;
  const text = [zone ? t("survey.confirm-place", { zone: picked($("#zone").selectedOptions[0].textContent) }) : t("survey.confirm-reach", { count: reached }),
    notifies ? t("survey.confirm-notify") : t("survey.confirm-silent"), t("survey.confirm-final")].join(" ");
  if (!(await confirmed({ heading: t("survey.confirm", { title: picked(title) }), text, yes: t("survey.launch") }))) return;
  await post(`/v1/staff/surveys/${survey()}/launch`, notifies ? { campaign: { title, body: message ?? title, importance: "active", expires_at: until(7) } } : {});
  location.assign(`/console/surveys/${survey()}?launched=1`);
}
