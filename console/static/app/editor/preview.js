// The survey on a phone, as residents will have it: their own page in a frame, clickable, in each of its languages.
import { post } from "../api.js";
import { $, el, fill } from "../elements.js";
import { attempt } from "../problems.js";
import { languageName, moment, t, told } from "../told.js";

/** `read()` gives the document as it is written now, `saved()` saves it and gives its id. */
export function previewing({ read, languages, saved }) {
  const dialog = $("#phone"), choice = $("#phone-language"), place = $("#phone-screen"), qr = $("#phone-qr");
  let frame = null;

  const send = () => frame?.contentWindow.postMessage({ survey: read(), language: choice.value }, location.origin);
  addEventListener("message", (event) => { if (frame && event.source === frame.contentWindow && event.origin === location.origin && event.data?.preview === "ready") send(); });

  /** The page speaks the chosen language where the house does; the survey speaks it anyhow. */
  function load() {
    frame = el("iframe", { class: "phone-screen", title: t("survey.phone"), src: `/app/preview?m=${told.municipality.number}&speaks=${encodeURIComponent(choice.value)}` });
    fill(place, frame);
  }

  $("#phone-open").onclick = () => {
    const before = choice.value;
    fill(choice, languages().map((tag) => el("option", { value: tag, lang: tag }, languageName(tag))));
    choice.value = languages().includes(before) ? before : languages().includes(told.language) ? told.language : languages()[0];
    fill(qr);
    load();
    dialog.showModal();
  };
  choice.onchange = load;
  $("#phone-again").onclick = send;
  $("#phone-close").onclick = () => dialog.close();
  dialog.onclose = () => { fill(place); frame = null; $("#phone-open").focus(); };
  $("#phone-link").onclick = () => attempt($("#phone-problem"), $("#phone-link"), async () => {
    const made = await post(`/v1/staff/surveys/${await saved()}/preview`, { days: 1 });
    fill(qr, el("img", { class: "qr", alt: t("survey.phone-qr"), width: 200, height: 200, src: `data:image/svg+xml,${encodeURIComponent(made.qr)}` }),
      el("p", { class: "ds-paragraph", "data-size": "sm" }, t("survey.phone-until", { moment: moment(made.expires_at) })),
      el("a", { class: "ds-link small identity", href: made.app_url, target: "_blank", rel: "noopener" }, made.app_url));
  });
}
