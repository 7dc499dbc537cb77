// Opening a survey, once its summary has been read; with a message to those whom it is for, or without.
import { leave } from "./announcer.js";
import { post, Problem } from "./api.js";
import { $, fill } from "./elements.js";
import { localized } from "./localized.js";
import { attempt } from "./problems.js";
import { t, told } from "./told.js";

const { id, title, languages } = told.survey;
const form = $("#launch"), notify = $("#notify");
const body = localized(t("launch.message"), languages, { value: told.announcement?.body, maximum: 178, pointer: "/campaign/body", help: t("launch.message-help") });

if (notify) {
  fill($("#message"), body.element);
  notify.checked = told.announcement?.send ?? false;
  notify.onchange = () => { $("#message").hidden = !notify.checked; };
  notify.onchange();
}

const find = (pointer) => $(`[data-pointer="${pointer}"]`, form) ?? (pointer.startsWith("/campaign") ? $("[data-language]", body.element) : null);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!$("#open")) return;
  attempt($("#problem"), $("#open"), async () => {
    const notifies = notify?.checked, errors = [];
    if (!$("#read").checked) errors.push({ pointer: "/read", detail: t("launch.read-first") });
    if (notifies && typeof told.woken !== "number") errors.push({ pointer: "/notify", detail: t("launch.notify-cannot") });
    if (errors.length) throw new Problem(422, { type: "validation", errors });
    await post(`/v1/staff/surveys/${id}/launch`, notifies ? { campaign: { title, body: body.read() ?? title, importance: "active" } } : {});
    leave(`/console/surveys/${id}?launched=1`, t("done.survey-opened"));
  }, find);
});
form.dataset.ready = "true";
