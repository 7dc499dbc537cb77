// Writing a hearing: its words, its case, its last day, whom it concerns.
import { leave } from "./announcer.js";
import { post, put } from "./api.js";
import { $, fill } from "./elements.js";
import { localized, townLanguages } from "./localized.js";
import { finder } from "./pointers.js";
import { attempt } from "./problems.js";
import { t, told } from "./told.js";
import { where } from "./where.js";
import { whom } from "./whom.js";

const form = $("#hearing"), problem = $("#problem");
const draft = told.hearing ?? {};
const title = localized(t("hearing.title"), townLanguages(), { value: draft.title, maximum: 200, pointer: "/title" });
const summary = localized(t("hearing.summary"), townLanguages(), { value: draft.summary, long: true, maximum: 5000, pointer: "/summary", help: t("hearing.summary-help") });
const LINES = { case: "case_reference", plan: "plan_id", basis: "legal_basis", unit: "unit", ...(draft.published ? { why: "reason" } : { deadline: "deadline" }) };
const key = crypto.randomUUID();
let chosen = null, place = null;

fill($("#words"), title.element, summary.element);
for (const [id, name] of Object.entries(LINES)) $(`#${id}`).value = draft[name] ?? "";
$("#links").value = (draft.links ?? []).join("\n");
if ($("#deadline")) $("#deadline").min = new Date().toISOString().slice(0, 10);

function written() {
  const links = $("#links").value.split("\n").map((line) => line.trim()).filter(Boolean);
  const lines = Object.entries(LINES).map(([id, name]) => [name, $(`#${id}`).value.trim()]).filter(([, value]) => value);
  return { title: title.read() ?? {}, summary: summary.read() ?? {}, ...Object.fromEntries(lines), ...(links.length ? { links } : {}), ...(place.read() ? { map: place.read() } : {}), ...chosen?.read() };
}

const ready = attempt(problem, null, async () => {
  [chosen, place] = await Promise.all([$("#whom") ? whom($("#whom"), { chosen: draft }) : null, where(draft.map)]);
  form.dataset.ready = "true";
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(problem, $("#save"), async () => {
    await ready;
    const saved = draft.published ? await put(`/v1/staff/hearings/${draft.id}/words`, written())
      : draft.id ? await put(`/v1/staff/hearings/${draft.id}`, written())
        : await post("/v1/staff/hearings", written(), { headers: { "idempotency-key": key } });
    leave(`/console/hearings/${saved.id}`, t(draft.published ? "done.hearing-corrected" : "done.hearing-saved"));
  }, finder(form));
});
