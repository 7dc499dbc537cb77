// Signing in again: a link to one's own address, that leads back to where one was.
import { post } from "./api.js";
import { $ } from "./elements.js";
import { attempt } from "./problems.js";
import { t, told } from "./told.js";

$("#send")?.addEventListener("click", (event) => attempt($("#problem"), event.target, async () => {
  const { to } = await post("/v1/staff/me/letters", { next: told.next });
  $("#sent").textContent = t("sign-in.again-sent", { to });
}));
