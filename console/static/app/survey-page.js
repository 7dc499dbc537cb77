// One survey's page: closing it.
import { post } from "./api.js";
import { confirmed } from "./confirm.js";
import { $ } from "./elements.js";
import { attempt } from "./problems.js";
import { t, told } from "./told.js";

$("#close")?.addEventListener("click", (event) =>
  attempt($("#problem"), event.target, async () => {
    if (!(await confirmed({ heading: t("result.close-heading"), text: t("result.close-text"), yes: t("result.close"), danger: true }))) return;
    await post(`/v1/staff/surveys/${told.survey.id}/close`, {});
    location.reload();
  }));
