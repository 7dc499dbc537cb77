// A new version of a notice: its words in each language, what changes, and what that means for residents.
import { leave } from "./announcer.js";
import { post } from "./api.js";
import { confirmed } from "./confirm.js";
import { $, el, fill } from "./elements.js";
import { localized, townLanguages } from "./localized.js";
import { attempt } from "./problems.js";
import { day, languageName, number, t, told } from "./told.js";

const { purpose, version, duty, texts } = told.notice;
const form = $("#notice"), problem = $("#problem");
const LISTS = ["data_categories", "systems"];
const PARTS = ["title", "text", ...LISTS, "retention", "withdraw"];
const asText = (value) => (Array.isArray(value) ? value.join("\n") : (value ?? ""));
const fields = Object.fromEntries(PARTS.map((part) => [part, localized(t(`notice.part-${part}`), townLanguages(), {
  value: Object.fromEntries(Object.entries(texts).map(([tag, text]) => [tag, asText(text[part])])),
  long: part !== "title", maximum: part === "title" ? 500 : 5_000, help: LISTS.includes(part) ? t("notice.one-a-line") : undefined, pointer: `/${part}`,
})]));
fill($("#words"), PARTS.map((part) => fields[part].element));

const lines = (text) => (text ?? "").split("\n").map((line) => line.trim()).filter(Boolean);

/** The notice as it is written now, by language. */
function written() {
  const read = Object.fromEntries(PARTS.map((part) => [part, fields[part].read() ?? {}]));
  return Object.fromEntries(townLanguages().map((tag) => [tag, Object.fromEntries(PARTS.map((part) => [part, LISTS.includes(part) ? lines(read[part][tag]) : read[part][tag] ?? ""]))]));
}

const lapses = () => ($("#renew")?.checked && $("#lapses").value ? new Date(`${$("#lapses").value}T00:00`) : null);

function changes(now) {
  return townLanguages().flatMap((tag) => PARTS.filter((part) => asText(now[tag][part]) !== asText(texts[tag]?.[part])).map((part) => ({ tag, part, before: asText(texts[tag]?.[part]), after: asText(now[tag][part]) })));
}

function meaning() {
  if (duty) return t("notice.duty");
  return $("#renew").checked ? t("notice.means-renewal", { day: lapses() ? day(lapses()) : "…" }) : t("notice.means-nothing", { version: number(version + 1) });
}

function show() {
  const now = written(), found = changes(now);
  fill($("#changes"), found.length ? found.map(({ tag, part, before, after }) => el("div", { class: "stack", lang: tag },
    el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, `${t(`notice.part-${part}`)}, ${languageName(tag)}`),
    before ? el("del", { class: "ds-paragraph" }, before) : null, after ? el("ins", { class: "ds-paragraph" }, after) : null)) : el("p", { class: "quiet" }, t("notice.changes-none")));
  fill($("#preview"), townLanguages().map((tag) => el("article", { class: "ds-card stack", lang: tag }, el("p", { class: "quiet" }, languageName(tag)), el("h4", { class: "ds-heading", "data-size": "2xs" }, now[tag].title),
    lines(now[tag].text).map((line) => el("p", { class: "ds-paragraph" }, line)), LISTS.map((part) => el("ul", { class: "ds-list" }, now[tag][part].map((line) => el("li", {}, line)))),
    el("p", { class: "ds-paragraph" }, now[tag].retention), el("p", { class: "ds-paragraph" }, now[tag].withdraw))));
  if ($("#meaning")) {
    $("#lapses-field").hidden = !$("#renew").checked;
    if ($("#meaning").textContent !== meaning()) $("#meaning").textContent = meaning();
  }
}

/** From what the server says is wrong, /texts/nb/title, to its field. */
function find(pointer) {
  const [, what, tag, part] = pointer.split("/");
  if (what === "lapses_at") return $("#lapses");
  return what === "texts" ? $(`[data-pointer="/${part ?? "title"}/${CSS.escape(tag)}"]`, form) : null;
}

form.addEventListener("input", show);
show();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(problem, $("#publish"), async () => {
    const now = written();
    if (!changes(now).length) throw { spoken: t("notice.changes-none") };
    if ($("#renew")?.checked && !lapses()) { $("#lapses").focus(); throw { spoken: t("notice.needs-day") }; }
    if (!(await confirmed({ heading: t("notice.publish-heading", { version: number(version + 1) }), text: `${meaning()} ${t("notice.publish-text")}`, yes: t("notice.publish") }))) return;
    await post("/v1/staff/purposes", { purpose, texts: now, ...(lapses() ? { lapses_at: lapses().toISOString() } : {}) });
    leave(null, t("done.notice-published"));
  }, find);
});
