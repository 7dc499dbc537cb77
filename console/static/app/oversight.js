// The privacy officer's desk: beginning a notice of a breach.
import { leave } from "./announcer.js";
import { post } from "./api.js";
import { $ } from "./elements.js";
import { attempt } from "./problems.js";
import { t } from "./told.js";

$("#begin").addEventListener("click", (event) => attempt($("#problem"), event.target, async () => {
  const { id } = await post("/v1/staff/breaches/drafts", {});
  leave(`/console/oversight/breaches/${id}`, t("oversight.begun"));
}));
