// Something that is shown once: a sign-in link, a key's token.
import { $ } from "./elements.js";
import { t } from "./told.js";

/** Show it in the page's dialog, to be copied; it is gone from the page when the dialog closes. */
export function showOnce(heading, text, value) {
  const dialog = $("#secret"), input = $("#secret-value"), before = document.activeElement;
  $("#secret-heading").textContent = heading;
  $("#secret-text").textContent = text;
  $("#secret-said").textContent = "";
  input.value = value;
  $("#secret-copy").onclick = async () => {
    input.select();
    try {
      await navigator.clipboard.writeText(value);
      $("#secret-said").textContent = t("secret.copied");
    } catch {
      $("#secret-said").textContent = t("secret.selected");
    }
  };
  $("#secret-close").onclick = () => dialog.close();
  return new Promise((resolve) => {
    dialog.onclose = () => { input.value = ""; before?.focus?.(); resolve(); };
    dialog.showModal();
    input.select();
  });
}
