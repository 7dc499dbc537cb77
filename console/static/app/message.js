// One message: tried on oneself, sent out by one or by two, followed while it goes, recalled.
import { announce, leave } from "./announcer.js";
import { get, post, remove } from "./api.js";
import { confirmed } from "./confirm.js";
import { count } from "./counted.js";
import { $, button, el, fill } from "./elements.js";
import { largeEnough } from "./last-count.js";
import { inWords, waiting } from "./manners.js";
import { showProgress } from "./message-progress.js";
import { finder } from "./pointers.js";
import { attempt } from "./problems.js";
import { languageName, listed, moment, number, picked, t, told } from "./told.js";

const base = `/v1/staff/campaigns/${told.message.id}`;
const problem = $("#problem");
const COLOURS = { draft: "neutral", launched: "success", done: "info", recalled: "warning" };
const EVERY_MS = 3000;
let shown = "", manners = {};

const asks = (one) => !one.approval.may_launch;
const approvers = (one) => listed(one.approval.approvers);

function show(one) {
  $("#state").textContent = t(one.waits_for_approval ? "message.state-waits" : `message.state-${one.state}`);
  $("#state").dataset.color = one.waits_for_approval ? "warning" : COLOURS[one.state];
  $("#progress").hidden = one.state === "draft";
  $("#trial").hidden = one.state !== "draft";
  if (one.state !== "draft") showProgress($("#counts"), one);
  const stands = `${one.state} ${one.waits_for_approval}`;
  if (stands === shown) return;
  shown = stands;
  $("#title").textContent = picked(one.title);
  $("#body").textContent = picked(one.body);
  const facts = [["importance", t(`message.importance-${one.importance}`)], ["languages", Object.keys(one.title).map(languageName).join(", ")],
    ["goes", one.send_at ? moment(one.send_at) : t("message.at-once")], ["stands", moment(one.expires_at)], one.launched_at ? ["launched", moment(one.launched_at)] : null,
    one.kind === "reminder" ? ["kind", t("message.kind-reminder")] : null, one.importance === "emergency" ? null : ["manners", inWords(manners)]].filter(Boolean);
  fill($("#facts"), facts.flatMap(([name, value]) => [el("dt", {}, t(`message.fact-${name}`)), el("dd", {}, value)]));
  fill($("#waits"), waits(one));
  fill($("#acts"), acts(one));
}

/** Who must still say yes, for the one who asked and for those who are asked. */
function waits(one) {
  if (!one.waits_for_approval) return null;
  const text = one.approval.vouched_for_by_first ? t("message.waits-vouched", { name: one.approval.asked_by ?? t("message.somebody") }) : !asks(one) ? t("message.waits-for-you", { name: one.approval.asked_by ?? t("message.somebody") })
    : one.approval.approvers.length ? t("message.waits-for", { names: approvers(one) }) : t("message.waits-for-nobody");
  return el("div", { class: "ds-alert", "data-color": asks(one) ? "info" : "warning" }, el("p", { class: "ds-paragraph" }, text));
}

function acts(one) {
  const link = (href, text) => el("a", { class: "ds-button", "data-variant": "secondary", href }, text);
  if (one.state === "draft") return [
    one.waits_for_approval && asks(one) ? null
      : button(t(asks(one) ? "message.ask" : one.waits_for_approval ? "message.approve" : "message.launch"), (event) => launch(event.target, one)),
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
  const what = asks(one) ? "ask" : "launch";
  const text = [t("message.launch-reach", { count: count(seen.reached) }), asks(one) ? t("message.ask-text") : t("message.launch-final"),
    told.wakes_phones ? "" : t("message.not-set-up"), waiting(manners, one.importance, new Date(one.send_at ?? Date.now()))].filter(Boolean).join(" ");
  if (!(await confirmed({ heading: t(`message.${what}-heading`), text, yes: t(`message.${what}`) }))) return;
  const now = await post(`${base}/launch`);
  show(now);
  announce(said(now));
  follow();
});

function said(one) {
  if (one.waits_for_approval) return one.approval.approvers.length ? t("done.message-asked", { names: approvers(one) }) : t("message.waits-for-nobody");
  return one.send_at && new Date(one.send_at) > new Date() ? t("done.message-planned", { when: moment(one.send_at) }) : t("done.message-launched");
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
    const { devices, not_set_up } = await post(`${base}/test`, { code: $("#code").value.trim() });
    announce(not_set_up === devices ? t("message.tried-none") : t("message.tried", { count: number(devices - not_set_up) }));
  }, finder($("#try")));
});
attempt(problem, null, async () => { manners = await get("/v1/staff/manners"); await follow(); }).then(() => { $("main").dataset.ready = "true"; });
