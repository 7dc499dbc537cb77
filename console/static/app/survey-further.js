// What else can be done with a survey: another like it, a template, a link to read it by, codes for letters.
import { announce, leave } from "./announcer.js";
import { post, remove } from "./api.js";
import { confirmed } from "./confirm.js";
import { $ } from "./elements.js";
import { finder } from "./pointers.js";
import { attempt } from "./problems.js";
import { showOnce } from "./secret.js";
import { save } from "./survey-share.js";
import { day, number, picked, t, told } from "./told.js";

const base = `/v1/staff/surveys/${told.survey.id}`;

function on(selector, kind, act) {
  $(selector)?.addEventListener(kind, (event) => {
    event.preventDefault();
    attempt($("#problem"), event.submitter ?? event.currentTarget, act, finder($("main")));
  });
}

/** Let the buttons below "more" do what they say. */
export function further() {
  on("#duplicate", "click", async () => { leave(`/console/surveys/${(await post(`${base}/duplicate`)).id}/edit`, t("done.survey-copied")); });
  on("#discard", "click", async () => {
    if (!(await confirmed({ heading: t("result.discard-heading"), text: t("result.discard-text"), yes: t("result.discard"), danger: true }))) return;
    await remove(base);
    leave("/console", t("done.draft-deleted"));
  });
  on("#share", "click", async () => {
    const link = await post(`${base}/preview`, { days: 7 });
    await showOnce(t("result.share-heading"), t("result.share-text", { day: day(link.expires_at) }), link.url);
  });
  on("#unshare", "click", async () => { await remove(`${base}/preview`); announce(t("result.unshared")); });
  on("#keep", "submit", async () => {
    await post("/v1/staff/survey-templates", { survey_id: told.survey.id, name: $("#template-name").value.trim() });
    $("#template-name").value = "";
    announce(t("result.kept"));
  });
  on("#codes", "submit", async () => {
    const { codes } = await post(`${base}/codes`, { count: Number($("#how-many").value) });
    save(`${codes.join("\n")}\n`, "text/csv", `${picked(told.survey.title)}.csv`);
    announce(t("result.coded", { count: number(codes.length) }));
  });
  on("#letters", "click", async () => {
    const count = Number($("#how-many").value);
    save(await post(`${base}/letters`, { count }, { raw: true }), "text/html", `${picked(told.survey.title)}.html`);
    announce(t("result.lettered", { count: number(count) }));
  });
}
