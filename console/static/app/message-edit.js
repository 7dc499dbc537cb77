// Writing a message: its words, when it goes, whom it is for; then how phones show it and whom it would reach.
import { leave } from "./announcer.js";
import { get, post, put } from "./api.js";
import { audienceEditor } from "./audience-editor.js";
import { isSome, tally } from "./counted.js";
import { $, $$, el, fill } from "./elements.js";
import { reached } from "./last-count.js";
import { localized, townLanguages } from "./localized.js";
import { inWords, waiting } from "./manners.js";
import { finder } from "./pointers.js";
import { attempt } from "./problems.js";
import { searching } from "./searching.js";
import { languageName, picked, t, told } from "./told.js";

const form = $("#message"), problem = $("#problem");
const reminds = new URLSearchParams(location.search).get("reminds");
const key = crypto.randomUUID();
const AT_A_TIME = 50;
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
  const manners = await get("/v1/staff/manners");
  const sayWhen = () => { $("#manners-now").textContent = importance() === "emergency" ? t("message.importance-emergency-help") : [inWords(manners), waiting(manners, importance(), new Date($("#send-at").value || Date.now()))].filter(Boolean).join(" "); };
  for (const input of [$("#send-at"), ...$$("[name=importance]")]) input.addEventListener("change", sayWhen);
  sayWhen();
  if (draft.kind === "reminder") {
    $("#whom-help").textContent = t("message.reminds");
    for (const id of ["whom", "subject", "preview"]) ($(`#${id}`).closest(".ds-field, .row") ?? $(`#${id}`)).hidden = true;
  } else {
    chosen = await audienceEditor($("#whom"), draft.audience);
    await subjects(draft.subject);
  }
  form.dataset.ready = "true";
});

/** The youngest subjects, and a field to search among them all where there are more. */
async function subjects(now) {
  const { items, next } = await get(`/v1/staff/subjects?limit=${AT_A_TIME}`);
  const chosen = now ? { ...now, title: items.find((one) => one.id === now.id)?.title ?? (await titleOf(now)) } : null;
  offer(items, chosen);
  $("#find-subject").closest(".ds-field").hidden = !next;
  searching($("#find-subject"), async (words) => {
    const found = await get(`/v1/staff/subjects?limit=${AT_A_TIME}&q=${encodeURIComponent(words)}`);
    const kept = $("#subject").selectedOptions[0];
    const [kind, id] = kept.value.split(" ");
    offer(found.items, id ? { kind, id, label: kept.textContent } : null);
  });
}

const WHERE = { survey: "surveys", hearing: "hearings", info: "information" };

async function titleOf({ kind, id }) {
  const found = await get(`/v1/staff/${WHERE[kind]}/${id}`);
  return found.title ?? found.written.title;
}

function offer(items, chosen) {
  const shown = chosen && !items.some((one) => one.id === chosen.id) ? [chosen, ...items] : items;
  const option = (one) => el("option", { value: `${one.kind} ${one.id}` }, one.label ?? picked(one.title));
  const groups = Object.keys(WHERE).map((kind) => [kind, shown.filter((one) => one.kind === kind)]).filter(([, some]) => some.length);
  for (const old of $$("optgroup", $("#subject"))) old.remove();
  $("#subject").append(...groups.map(([kind, some]) => el("optgroup", { label: t(`message.about-${kind}`) }, some.map(option))));
  $("#subject").value = chosen ? `${chosen.kind} ${chosen.id}` : "";
}

function written() {
  const words = { title: title.read() ?? {}, body: body.read() ?? {}, importance: importance(), expires_at: instant("expires-at"), send_at: instant("send-at") };
  if (kept.kind === "reminder") return { ...words, kind: "reminder", reminds: kept.reminds };
  return { ...words, kind: kept.kind ?? "announcement", topic: kept.topic ?? null, audience: chosen.read(), subject: subject() };
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
  const seen = await post("/v1/staff/audiences/preview", { ...chosen.read(), written_in: Object.keys(title.read() ?? {}), importance: importance() });
  const notes = [["without_address", "without-address"], ["without_consent", "without-consent"], ["deferred_by_quiet_hours", "quiet"], ["deferred_by_caps", "caps"], ["deferred_to_digest", "digest"], ["in_another_language", "another-language"]]
    .filter(([name]) => isSome(seen[name])).map(([name, text]) => [t(`message.will-${text}`), seen[name]]);
  fill($("#audience"),
    ...reached(seen, t("message.reached"), { sends: true }),
    tally(t("message.by-reason"), seen.by_reason.map((one) => [chosen.names[one.area ?? one.interest] ?? one.interest ?? t("message.message"), one.reached])),
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
    leave(`/console/messages/${saved.id}`, t("done.message-saved"));
  }, finder(form));
});
