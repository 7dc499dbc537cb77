// Those who work for the municipality, the links they sign in by, and the keys of other systems.
import { announce } from "./announcer.js";
import { all, post, put, remove } from "./api.js";
import { confirmed } from "./confirm.js";
import { $, $$, button, el, fill, goTo } from "./elements.js";
import { finder } from "./pointers.js";
import { attempt, clearProblem } from "./problems.js";
import { showOnce } from "./secret.js";
import { day, t } from "./told.js";

const problem = $("#problem"), form = $("#member"), keys = $("#key");
const chosen = (id) => $$(`#${id} input:checked`).map((box) => box.value);
const roles = (member) => el("div", { class: "row" }, member.roles.map((role) => el("span", { class: "ds-tag", "data-size": "sm" }, t(`people.role-${role}`))));
const act = (label, name, onclick, more = {}) => button(label, onclick, { variant: "tertiary", size: "sm", "aria-label": `${label}: ${name}`, ...more });
let changing = null;

async function showMembers() {
  const members = await all("/v1/staff/members");
  fill($("#members"), members.map((member) => el("li", { class: "ds-card stack" },
    el("div", { class: "row between" }, el("h3", { class: "ds-heading", "data-size": "2xs" }, member.name), member.active ? roles(member) : el("span", { class: "ds-tag", "data-size": "sm", "data-color": "neutral" }, t("people.left"))),
    member.unit ? el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, member.unit) : null,
    el("div", { class: "row" }, member.active ? act(t("people.link"), member.name, (event) => link(event.target, member)) : null,
      act(t("common.edit"), member.name, () => change(member))))));
}

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
  for (const box of $$("#roles input")) box.checked = member?.roles.includes(box.value) ?? false;
  $("#active").checked = member?.active ?? true;
  $("#active-field").hidden = $("#cancel").hidden = !member;
  goTo($("#member-heading"));
}

$("#cancel").onclick = () => change(null);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt($("#member-problem"), $("#save"), async () => {
    const sent = { name: $("#name").value.trim(), roles: chosen("roles"), unit: $("#unit").value.trim() || null, active: $("#active").checked };
    const saved = changing ? await put(`/v1/staff/members/${changing.id}`, sent) : await post("/v1/staff/members", sent);
    await showMembers();
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
attempt(problem, null, () => Promise.all([showMembers(), showKeys()])).then(() => { $("main").dataset.ready = "true"; });
