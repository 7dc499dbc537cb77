// Every message, what is planned, and when and how often the municipality writes.
import { announce } from "./announcer.js";
import { get, put } from "./api.js";
import { count, isSome } from "./counted.js";
import { $, el } from "./elements.js";
import { inWords } from "./manners.js";
import { finder } from "./pointers.js";
import { attempt } from "./problems.js";
import { moment, picked, t } from "./told.js";

const COLOURS = { draft: "neutral", launched: "success", done: "info", recalled: "warning" };
const problem = $("#problem");
let next = null;

const link = (one) => el("a", { class: "ds-link", href: `/console/messages/${one.id}` }, picked(one.title));
const stateOf = (one) => t(one.waits_for_approval ? "message.state-waits" : `message.state-${one.state}`);

const outcome = (one) => isSome(one.logged) && !isSome(one.sent) ? t("message.logged-of", { logged: count(one.logged), audience: count(one.audience_size) })
  : t("message.sent-of", { sent: count(one.sent), audience: count(one.audience_size) });

async function more() {
  const page = await get(`/v1/staff/campaigns${next ? `?cursor=${next}` : ""}`);
  next = page.next;
  $("#more").hidden = !next;
  $("#messages").append(...page.items.map((one) => el("li", { class: "ds-card stack" },
    el("div", { class: "row between" }, el("span", { class: "ds-tag", "data-size": "sm", "data-color": one.waits_for_approval ? "warning" : COLOURS[one.state] }, stateOf(one)),
      el("span", { class: "quiet small" }, moment(one.send_at ?? one.launched_at ?? one.created_at))),
    el("h3", { class: "ds-heading", "data-size": "2xs" }, link(one)),
    one.state === "draft" ? null : el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, outcome(one)))));
  if (!$("#messages").children.length) $("#messages").append(el("li", { class: "quiet" }, t("message.none")));
}

async function calendar() {
  const { items } = await get("/v1/staff/campaigns/calendar");
  $("#calendar").append(...items.map((one) => el("tr", {}, el("td", {}, moment(one.goes_at)), el("td", {}, moment(one.expires_at)),
    el("td", {}, link(one), el("div", { class: "quiet" }, stateOf(one))), el("td", { class: "numeric" }, one.audience_size === null ? "–" : count(one.audience_size)))));
  $("#calendar-none").hidden = items.length > 0;
}

const NUMBERS = { "per-day": "per_day", "per-week": "per_week", "per-topic": "per_topic_per_week" };

async function manners() {
  const found = await get("/v1/staff/manners");
  $("#quiet-from").value = found.quiet_hours?.from ?? "";
  $("#quiet-to").value = found.quiet_hours?.to ?? "";
  for (const [id, name] of Object.entries(NUMBERS)) $(`#${id}`).value = found[name] ?? "";
  $("#second").checked = found.second_person;
  $("#encrypted").checked = found.encrypted;
  $("#manners-now").textContent = inWords(found);
}

$("#more").onclick = (event) => attempt(problem, event.target, more);
$("#manners").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt($("#manners-problem"), event.submitter, async () => {
    const from = $("#quiet-from").value, to = $("#quiet-to").value;
    const numbers = Object.entries(NUMBERS).filter(([id]) => $(`#${id}`).value !== "").map(([id, name]) => [name, Number($(`#${id}`).value)]);
    const changed = await put("/v1/staff/manners", { ...(from || to ? { quiet_hours: { from, to } } : {}), ...Object.fromEntries(numbers), second_person: $("#second").checked, encrypted: $("#encrypted").checked });
    $("#manners-now").textContent = inWords(changed);
    announce(t("message.manners-saved"));
  }, finder($("#manners")));
});
attempt(problem, null, () => Promise.all([more(), calendar(), manners()])).then(() => { $("main").dataset.ready = "true"; });
