// Writing a message: its words, when it goes, whom it is for; then how phones show it and whom it would reach.
import { all, get, post, put } from "./api.js";
import { isSome, tally } from "./counted.js";
import { $, $$, el, fill } from "./elements.js";
import { localized, townLanguages } from "./localized.js";
import { reached } from "./last-count.js";
import { finder } from "./pointers.js";
import { attempt } from "./problems.js";
import { languageName, picked, t, told } from "./told.js";
import { whom } from "./whom.js";

const form = $("#message"), problem = $("#problem");
const reminds = new URLSearchParams(location.search).get("reminds");
const key = crypto.randomUUID();
let title, body, chosen = null, kept = {};

const local = (moment) => { const at = new Date(moment); at.setMinutes(at.getMinutes() - at.getTimezoneOffset()); return at.toISOString().slice(0, 16); };
const instant = (id) => ($(`#${id}`).value ? new Date($(`#${id}`).value).toISOString() : null);
const importance = () => $("[name=importance]:checked").value;
const subject = () => { const [kind, id] = $("#subject").value.split(" "); return id ? { kind, id } : null; };

const ready = attempt(problem, null, async () => {
  const before = reminds ?? told.message?.id;
  kept = before ? await get(`/v1/staff/campaigns/${before}`) : {};
  const draft = reminds ? { kind: "reminder", reminds } : kept;
  title = localized(t("message.title"), townLanguages(), { value: draft.title, maximum: 120, pointer: "/title" });
  body = localized(t("message.body"), townLanguages(), { value: draft.body, long: true, maximum: 1000, pointer: "/body", help: t("message.body-help") });
  fill($("#words"), title.element, body.element);
  if (draft.send_at) $("#send-at").value = local(draft.send_at);
  $("#expires-at").value = local(draft.expires_at ?? Date.now() + 7 * 86_400_000);
  if (draft.importance) $(`#importance-${draft.importance}`).checked = true;
  kept = draft;
  if (draft.kind === "reminder") {
    $("#whom-help").textContent = t("message.reminds");
    for (const id of ["whom", "subject", "preview"]) ($(`#${id}`).closest(".ds-field, .row") ?? $(`#${id}`)).hidden = true;
  } else {
    chosen = await whom($("#whom"), { chosen: draft.audience ?? {}, languages: true });
    await subjects(draft.subject);
  }
  form.dataset.ready = "true";
});

async function subjects(now) {
  const [surveys, hearings, notices] = await Promise.all([all("/v1/staff/surveys"), all("/v1/staff/hearings"), all("/v1/staff/information")]);
  const option = (kind) => (one) => el("option", { value: `${kind} ${one.id}` }, picked(one.title ?? one.written.title));
  const open = (one) => one.state !== "draft";
  const group = (label, options) => (options.length ? el("optgroup", { label }, options) : null);
  $("#subject").append(...[group(t("message.about-survey"), surveys.filter(open).map(option("survey"))), group(t("message.about-hearing"), hearings.filter(open).map(option("hearing"))),
    group(t("message.about-info"), notices.map(option("info")))].filter(Boolean));
  if (now) $("#subject").value = `${now.kind} ${now.id}`;
}

function written() {
  const words = { title: title.read() ?? {}, body: body.read() ?? {}, importance: importance(), expires_at: instant("expires-at"), send_at: instant("send-at") };
  if (kept.kind === "reminder") return { ...words, kind: "reminder", reminds: kept.reminds };
  const { where, ages } = kept.audience ?? {};
  return { ...words, kind: kept.kind ?? "announcement", topic: kept.topic ?? null, audience: { ...chosen.read(), ages: ages ?? [], where: where ?? null }, subject: subject() };
}

$("#see").onclick = (event) => attempt(problem, event.target, async () => {
  const { items } = await post("/v1/staff/campaigns/texts", { title: title.read() ?? {}, body: body.read() ?? {} });
  const heads = ["platform", "language", "locked", "opened"].map((name) => el("th", { scope: "col" }, t(`message.face-${name}`)));
  fill($("#faces"), el("table", { class: "ds-table", "data-size": "sm" }, el("caption", {}, t("message.faces")), el("thead", {}, el("tr", {}, heads)),
    el("tbody", {}, items.map((face) => el("tr", {}, el("th", { scope: "row" }, t(`message.platform-${face.platform}`)), el("td", {}, languageName(face.language)),
      el("td", { lang: face.language }, el("b", {}, face.locked_title), " ", face.locked_body),
      el("td", {}, el("span", { lang: face.language }, el("b", {}, face.title), " ", face.body), face.cut ? el("div", { class: "quiet" }, t("message.cut")) : null))))));
}, finder(form));

$("#preview").onclick = (event) => attempt(problem, event.target, async () => {
  await ready;
  const { areas, interests, languages } = chosen.read();
  const seen = await post("/v1/staff/audiences/preview", { areas, interests, languages, ages: kept.audience?.ages ?? [], where: kept.audience?.where ?? null, written_in: Object.keys(title.read() ?? {}), importance: importance() });
  const names = Object.fromEntries($$("#whom [type=checkbox]").map((box) => [box.value, box.labels[0].textContent]));
  const notes = [["without_address", "without-address"], ["without_consent", "without-consent"], ["deferred_by_quiet_hours", "quiet"], ["deferred_by_caps", "caps"], ["deferred_to_digest", "digest"], ["in_another_language", "another-language"]]
    .filter(([name]) => isSome(seen[name])).map(([name, text]) => [t(`message.will-${text}`), seen[name]]);
  fill($("#audience"),
    ...reached(seen, t("message.reached")),
    tally(t("message.by-reason"), seen.by_reason.map((one) => [names[one.area ?? one.interest] ?? one.interest ?? t("message.message"), one.reached])),
    tally(t("message.by-language"), Object.entries(seen.by_language).map(([tag, value]) => [languageName(tag), value])),
    tally(t("message.will"), notes),
    seen.languages_missing.length ? el("p", { class: "ds-paragraph", "data-size": "sm" }, t("message.languages-missing", { languages: seen.languages_missing.map(languageName).join(", ") })) : null,
    tally(t("message.overlaps"), seen.overlaps.map((one) => [picked(one.title), one.residents])));
}, finder(form));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(problem, $("#save"), async () => {
    await ready;
    const saved = kept.id ? await put(`/v1/staff/campaigns/${kept.id}`, written()) : await post("/v1/staff/campaigns", written(), { headers: { "idempotency-key": key } });
    location.assign(`/console/messages/${saved.id}`);
  }, finder(form));
});
