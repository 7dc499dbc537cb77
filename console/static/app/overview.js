// Surveys begun from templates, or from forms that staff already have.
import { announce, leave } from "./announcer.js";
import { all, post, remove } from "./api.js";
import { confirmed } from "./confirm.js";
import { $, button, el, fill, goTo } from "./elements.js";
import { attempt } from "./problems.js";
import { number, picked, t } from "./told.js";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const problem = $("#problem");

async function show() {
  const templates = await all("/v1/staff/survey-templates");
  const act = (label, one, onclick, more = {}) => button(label, onclick, { variant: "tertiary", size: "sm", "aria-label": `${label}: ${one.name}`, ...more });
  fill($("#templates"), templates.length ? templates.map((one) => el("li", { class: "row between" },
    el("div", {}, el("b", {}, one.name), el("div", { class: "quiet small" }, `${picked(one.title)} · ${t("overview.questions", { count: number(one.questions) })}`)),
    el("div", { class: "row" }, act(t("overview.begin"), one, (event) => begin(event.target, one)), act(t("common.remove"), one, (event) => drop(event.target, one), { colour: "danger" }))))
    : el("li", { class: "quiet" }, t("overview.templates-none")));
}

const edit = (survey) => `/console/surveys/${survey.id}/edit`;
const begin = (pressed, one) => attempt(problem, pressed, async () => { leave(edit(await post(`/v1/staff/survey-templates/${one.id}/surveys`)), t("done.survey-begun")); });
const drop = (pressed, one) => attempt(problem, pressed, async () => {
  if (!(await confirmed({ heading: t("overview.drop-heading", { name: one.name }), text: t("overview.drop-text"), yes: t("common.remove"), danger: true }))) return;
  await remove(`/v1/staff/survey-templates/${one.id}`);
  await show();
  goTo($("#templates-heading"));
});

$("#import")?.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(problem, event.submitter, async () => {
    const [file] = $("#form").files;
    if (!file) throw { spoken: t("overview.needs-form") };
    const read = await post("/v1/staff/surveys/import", new Uint8Array(await file.arrayBuffer()), { headers: { "content-type": XLSX } });
    const notes = read.notes.map((one) => (one.row === null ? `${one.name}: ${one.detail}` : t("overview.row", { row: number(one.row), name: one.name, detail: one.detail })));
    fill($("#report"), el("p", { class: "ds-paragraph" }, el("a", { class: "ds-link", href: edit(read.survey) }, t("overview.imported", { title: picked(read.survey.title) }))),
      notes.length || read.warnings.length ? [el("p", { class: "ds-paragraph" }, t("overview.not-as-it-was")), el("ul", { class: "ds-list" }, [...notes, ...read.warnings].map((text) => el("li", {}, text)))] : null);
    announce(t("overview.read"));
  });
});
if ($("#templates")) attempt(problem, null, show).then(() => { $("main").dataset.ready = "true"; });
