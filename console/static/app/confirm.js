// Asking once more before something that cannot be undone.
import { $ } from "./elements.js";

/** Show the page's dialog; gives whether the reader said yes. Focus returns to where it was. */
export function confirmed({ heading, text, yes, danger = false }) {
  const dialog = $("#confirm");
  $("#confirm-heading").textContent = heading;
  $("#confirm-text").textContent = text;
  const agree = $("#confirm-yes");
  agree.textContent = yes;
  agree.dataset.color = danger ? "danger" : "accent";
  const before = document.activeElement;
  return new Promise((resolve) => {
    const close = (answer) => () => { dialog.returnValue = answer; dialog.close(answer); };
    agree.onclick = close("yes");
    $("#confirm-no").onclick = close("no");
    dialog.onclose = () => { before?.focus?.(); resolve(dialog.returnValue === "yes"); };
    dialog.returnValue = "no";
    dialog.showModal();
    $("#confirm-no").focus();
  });
}
