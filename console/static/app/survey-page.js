// One survey's page: closing it, or letting it stay open longer.
import { announce, leave } from "./announcer.js";
import { post } from "./api.js";
import { comments } from "./comments.js";
import { confirmed } from "./confirm.js";
import { $ } from "./elements.js";
import { attempt } from "./problems.js";
import { further } from "./survey-further.js";
import { sharing } from "./survey-share.js";
import { day, t, told } from "./told.js";

$("#close")?.addEventListener("click", (event) =>
  attempt($("#problem"), event.target, async () => {
    if (!(await confirmed({ heading: t("result.close-heading"), text: t("result.close-text"), yes: t("result.close"), danger: true }))) return;
    await post(`/v1/staff/surveys/${told.survey.id}/close`, {});
    leave(null, t("done.survey-closed"));
  }));

$("#extend")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const deadline = $("#deadline");
  attempt($("#problem"), event.submitter, async () => {
    const { closes_at } = await post(`/v1/staff/surveys/${told.survey.id}/extend`, { closes_at: new Date(`${deadline.value}T23:59:00`).toISOString() });
    if ($("#closes")) $("#closes").textContent = day(closes_at);
    announce(t("result.extended"));
  }, () => deadline);
});

further();
sharing();
if (told.survey.comments) comments();
