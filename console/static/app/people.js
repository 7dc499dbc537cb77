// Those who work for the municipality, the links they sign in by, and the keys of other systems.
import { announce } from "./announcer.js";
import { all, post, put, remove } from "./api.js";
import { confirmed } from "./confirm.js";
import { $, $$, button, el, fill, goTo } from "./elements.js";
import { finder } from "./pointers.js";
import { attempt, clearProblem } from "./problems.js";
import { showOnce } from "./secret.js";
import { day, moment, t, told } from "./told.js";

const problem = $("#problem"), form = $("#member"), keys = $("#key");
const chosen = (id) => $$(`#${id} input:checked`).map((box) => box.value);
const roles = (member) => el("div", { class: "row" }, member.roles.map((role) => el("span", { class: "ds-tag", "data-size": "sm" }, t(`people.role-${role}`))));
const act = (label, name, onclick, more = {}) => button(label, onclick, { variant: "tertiary", size: "sm", "aria-label": `${label}: ${name}`, ...more });
let changing = null;

async function showMembers() {
  const members = await all("/v1/staff/members");
  fill($("#members"), members.map((member) => el("li", { class: "ds-card stack" },
    el("div", { class: "row between" }, el("h3", { class: "ds-heading", "data-size": "2xs" }, member.name), member.active ? roles(member) : el("span", { class: "ds-tag", "data-size": "sm", "data-color": "neutral" }, t("people.left"))),
    el("p", { class: "ds-paragraph quiet identity", "data-size": "sm" }, [member.unit, member.email, member.last_seen_on ? t("people.last-seen", { day: day(member.last_seen_on) }) : t("people.never-seen")].filter(Boolean).join(" · ")),
    el("div", { class: "row" }, member.active && told.mail && member.email ? act(t("people.mail-link"), member.name, (event) => mail(event.target, member)) : null,
      member.active ? act(t("people.link"), member.name, (event) => link(event.target, member)) : null,
      act(t("common.edit"), member.name, () => change(member)),
      member.id === told.me ? null : act(t("common.remove"), member.name, (event) => drop(event.target, member), { colour: "danger" })))));
  return members;
}

async function showSessions(members) {
  const names = Object.fromEntries(members.map((member) => [member.id, member.name]));
  const sessions = await all("/v1/staff/sessions");
  fill($("#sessions"), sessions.map((one) => el("li", { class: "row between" },
    el("div", {}, el("b", {}, names[one.member] ?? ""), el("div", { class: "quiet small" }, t(one.current ? "people.session-own" : "people.session-since", { moment: moment(one.since) }))),
    one.current ? null : act(t("people.end-session"), names[one.member] ?? "", (event) => end(event.target, one), { colour: "danger" }))));
}

const show = async () => showSessions(await showMembers());

const mail = (pressed, member) => attempt(problem, pressed, async () => {
  await post(`/v1/staff/members/${member.id}/letters`);
  announce(t("people.mailed", { name: member.name }));
});

const drop = (pressed, member) => attempt(problem, pressed, async () => {
  if (!(await confirmed({ heading: t("people.remove-heading", { name: member.name }), text: t("people.remove-text"), yes: t("common.remove"), danger: true }))) return;
  await remove(`/v1/staff/members/${member.id}`);
  await show();
  announce(t("people.removed", { name: member.name }));
  goTo($("#members-heading"));
});

const end = (pressed, session) => attempt(problem, pressed, async () => {
  await remove(`/v1/staff/sessions/${session.id}`);
  await show();
  announce(t("people.session-ended"));
  goTo($("#sessions-heading"));
});

async function showKeys() {
  const found = await all("/v1/staff/keys");
  fill($("#keys"), found.length ? found.map((key) => el("li", { class: "ds-card stack" },
    el("div", { class: "row between" }, el("h3", { class: "ds-heading", "data-size": "2xs" }, key.name), key.revoked_at ? el("span", { class: "ds-tag", "data-size": "sm", "data-color": "neutral" }, t("people.revoked", { day: day(key.revoked_at) })) : roles(key)),
    el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, t("people.made", { day: day(key.created_at) })),
    key.revoked_at ? null : el("div", { class: "row" }, act(t("people.revoke"), key.name, (event) => revoke(event.target, key), { colour: "danger" })))) : el("li", { class: "quiet" }, t("people.keys-none")));
}

const link = (pressed, member) => attempt(problem, pressed, async () => {
  const { url } = await post(`/v1/staff/members/${member.id}/links`);
  await showOnce(t("people.link-heading", { name: member.name }), t("people.link-text"), url);
});

const revoke = (pressed, key) => attempt(problem, pressed, async () => {
  if (!(await confirmed({ heading: t("people.revoke-heading", { name: key.name }), text: t("people.revoke-text"), yes: t("people.revoke"), danger: true }))) return;
  await remove(`/v1/staff/keys/${key.id}`);
  await showKeys();
  announce(t("people.key-revoked"));
  goTo($("#keys-heading"));
});

/** Put somebody into the form, or nobody. */
function change(member) {
  changing = member;
  clearProblem($("#member-problem"));
  $("#member-heading").textContent = member ? t("people.change", { name: member.name }) : t("people.new");
  $("#name").value = member?.name ?? "";
  $("#unit").value = member?.unit ?? "";
  $("#email").value = member?.email ?? "";
  for (const box of $$("#roles input")) box.checked = member?.roles.includes(box.value) ?? false;
  $("#active").checked = member?.active ?? true;
  $("#active-field").hidden = $("#cancel").hidden = !member;
  goTo($("#member-heading"));
}

$("#cancel").onclick = () => change(null);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt($("#member-problem"), $("#save"), async () => {
    const sent = { name: $("#name").value.trim(), roles: chosen("roles"), unit: $("#unit").value.trim() || null, email: $("#email").value.trim() || null, active: $("#active").checked };
    const saved = changing ? await put(`/v1/staff/members/${changing.id}`, sent) : await post("/v1/staff/members", sent);
    await show();
    change(null);
    announce(t("people.saved", { name: saved.name }));
  }, finder(form));
});
keys.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt($("#key-problem"), event.submitter, async () => {
    const made = await post("/v1/staff/keys", { name: $("#key-name").value.trim(), roles: chosen("key-roles") });
    keys.reset();
    await showKeys();
    await showOnce(t("people.key-heading", { name: made.name }), t("people.key-text"), made.token);
  }, finder(keys));
});
$("#rules").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt($("#rules-problem"), event.submitter, async () => {
    await put("/v1/staff/sign-in-rules", { fresh_from: Number($("#fresh-from").value) });
    announce(t("people.rules-saved"));
  }, finder($("#rules")));
});
attempt(problem, null, () => Promise.all([show(), showKeys()])).then(() => { $("main").dataset.ready = "true"; });
