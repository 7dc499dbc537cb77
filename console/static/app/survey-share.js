// Sharing a survey: copying its address and words, taking its square along as a file.
import { announce } from "./announcer.js";
import { $, $$, el } from "./elements.js";
import { picked, t, told } from "./told.js";

/** Let the buttons below "share" do what they say. */
export function sharing() {
  for (const button of $$("[data-copy]")) button.onclick = async () => {
    const field = $(`#${button.dataset.copy}`);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      announce(t("share.copied"));
    } catch {
      announce(t("share.selected"));
    }
  };
  $("#square-download")?.addEventListener("click", () => {
    save(new XMLSerializer().serializeToString($("#square svg")), "image/svg+xml", `${picked(told.survey.title)}.svg`);
    announce(t("share.downloaded"));
  });
}

/** Hand a text to the reader as a file. */
export function save(text, type, name) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
