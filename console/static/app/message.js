// One message: tried on oneself, launched, followed while it goes out, recalled.
import { announce, leave } from "./announcer.js";
import { get, post, remove } from "./api.js";
import { confirmed } from "./confirm.js";
import { count, isSome, tally } from "./counted.js";
import { $, button, el, fill } from "./elements.js";
import { largeEnough } from "./last-count.js";
import { finder } from "./pointers.js";
import { attempt } from "./problems.js";
import { has, languageName, moment, number, picked, t, told } from "./told.js";

const base = `/v1/staff/campaigns/${told.message.id}`;
const problem = $("#problem");
const STATES = ["queued", "deferred", "sent", "failed", "gone", "withheld", "expired", "recalled"];
const COLOURS = { draft: "neutral", launched: "success", done: "info", recalled: "warning" };
const EVERY_MS = 3000;
let shown = "";

function show(one) {
  $("#state").textContent = t(one.waits_for_approval ? "message.state-waits" : `message.state-${one.state}`);
  $("#state").dataset.color = one.waits_for_approval ? "warning" : COLOURS[one.state];
  $("#progress").hidden = one.state === "draft";
  $("#trial").hidden = one.state !== "draft";
  if (one.state !== "draft") progress(one);
  const stands = `${one.state} ${one.waits_for_approval}`;
  if (stands === shown) return;
  shown = stands;
  $("#title").textContent = picked(one.title);
  $("#body").textContent = picked(one.body);
  const facts = [["importance", t(`message.importance-${one.importance}`)], ["languages", Object.keys(one.title).map(languageName).join(", ")],
    ["goes", one.send_at ? moment(one.send_at) : t("message.at-once")], ["stands", moment(one.expires_at)], one.launched_at ? ["launched", moment(one.launched_at)] : null,
    one.kind === "reminder" ? ["kind", t("message.kind-reminder")] : null].filter(Boolean);
  fill($("#facts"), facts.flatMap(([name, value]) => [el("dt", {}, t(`message.fact-${name}`)), el("dd", {}, value)]));
  fill($("#acts"), acts(one));
}

function acts(one) {
  const link = (href, text) => el("a", { class: "ds-button", "data-variant": "secondary", href }, text);
  if (one.state === "draft") return [
    one.waits_for_approval ? el("p", { class: "ds-paragraph" }, t("message.waits")) : null,
    button(t(one.waits_for_approval ? "message.approve" : "message.launch"), (event) => launch(event.target, one)),
    link(`/console/messages/${one.id}/edit`, t("common.edit")),
    button(t("message.discard"), (event) => surely(event.target, "discard", async () => { await remove(base); leave("/console/messages", t("done.draft-deleted")); }), { variant: "tertiary", colour: "danger" })];
  if (one.state === "recalled") return [];
  return [button(t("message.recall"), (event) => surely(event.target, "recall", async () => { show(await post(`${base}/recall`)); announce(t("done.message-recalled")); }), { variant: "secondary", colour: "danger" }),
    one.kind === "announcement" && one.subject ? link(`/console/messages/new?reminds=${one.id}`, t("message.remind")) : null];
}

const surely = (pressed, what, act) => attempt(problem, pressed, async () => {
  if (await confirmed({ heading: t(`message.${what}-heading`), text: t(`message.${what}-text`), yes: t(`message.${what}`), danger: true })) await act();
});

const launch = (pressed, one) => attempt(problem, pressed, async () => {
  const { areas, interests, languages, ages, where } = one.audience;
  const seen = await post("/v1/staff/audiences/preview", { areas, interests, languages, ages, where, written_in: Object.keys(one.title), importance: one.importance });
  largeEnough(seen);
  if (!(await confirmed({ heading: t("message.launch-heading"), text: t("message.launch-text", { count: count(seen.reached) }), yes: t("message.launch") }))) return;
  show(await post(`${base}/launch`));
  announce($("#state").textContent);
  follow();
});

function progress(one) {
  const reasons = Object.entries(one.reasons).map(([reason, value]) => [has(`message.reason-${reason}`) ? t(`message.reason-${reason}`) : reason, value]);
  const platforms = Object.entries(one.by_platform);
  fill($("#counts"),
    el("dl", { class: "figures" }, el("div", {}, el("dt", {}, t("message.counted-sent")), el("dd", {}, count(one.sent))), el("div", {}, el("dt", {}, t("message.size")), el("dd", {}, count(one.audience_size)))),
    tally(t("message.by-state"), STATES.filter((state) => state === "sent" || isSome(one[state])).map((state) => [t(`message.counted-${state}`), one[state]])),
    tally(t("message.by-reason-why"), reasons),
    tally(t("message.by-platform"), platforms.map(([platform, counts]) => [t(`message.platform-${platform}`), counts.sent])),
    tally(t("message.also"), [["without-consent", one.without_consent], ["pruned", one.addresses_pruned]].filter(([, value]) => isSome(value)).map(([name, value]) => [t(`message.also-${name}`), value])),
    one.first_after_s === null ? null : el("p", { class: "ds-paragraph", "data-size": "sm" }, t("message.speed", { first: number(one.first_after_s, 1), p95: number(one.p95_after_s, 1) })));
}

let following = null;
/** Read it anew now and then while it is on its way. */
async function follow() {
  clearTimeout(following);
  const one = await get(base);
  show(one);
  if (one.state === "launched") following = setTimeout(() => follow().catch(() => {}), EVERY_MS);
}

$("#try").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(problem, event.submitter, async () => {
    const { devices } = await post(`${base}/test`, { code: $("#code").value.trim() });
    announce(t("message.tried", { count: number(devices) }));
  }, finder($("#try")));
});
attempt(problem, null, follow).then(() => { $("main").dataset.ready = "true"; });
