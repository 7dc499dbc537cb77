// Writing news: its words, whom it concerns, from when until when, and how residents read it.
import { leave } from "./announcer.js";
import { post, put, remove } from "./api.js";
import { confirmed } from "./confirm.js";
import { $, el, fill } from "./elements.js";
import { localized, townLanguages } from "./localized.js";
import { finder } from "./pointers.js";
import { attempt } from "./problems.js";
import { languageName, t, told } from "./told.js";
import { whom } from "./whom.js";

const form = $("#news"), problem = $("#problem");
const item = told.item;
const base = `/v1/staff/information/${item?.id}`;
const title = localized(t("news.title"), townLanguages(), { value: item?.title, maximum: 200, pointer: "/title" });
const body = localized(t("news.body"), townLanguages(), { value: item?.body, long: true, maximum: 5000, pointer: "/body" });
const key = crypto.randomUUID();
let chosen = null;

/** A moment as its field shows it, by the reader's clock. */
const local = (moment) => (moment ? new Date(new Date(moment).getTime() - new Date(moment).getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : "");
const moment = (id, name) => ($(id).value ? { [name]: new Date($(id).value).toISOString() } : {});

fill($("#words"), title.element, body.element);
$("#from").value = local(item?.published_at);
$("#until").value = local(item?.expires_at);

const written = () => ({ title: title.read() ?? {}, body: body.read() ?? {}, ...moment("#from", "published_at"), ...moment("#until", "expires_at"), ...chosen.read() });

function preview() {
  const heads = title.read() ?? {}, texts = body.read() ?? {};
  const spoken = townLanguages().filter((tag) => heads[tag] || texts[tag]);
  fill($("#preview"), spoken.length ? spoken.map((tag) => el("article", { class: "ds-card stack", lang: tag },
    el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, languageName(tag)), el("h3", { class: "ds-heading", "data-size": "2xs" }, heads[tag] ?? ""),
    (texts[tag] ?? "").split("\n").filter(Boolean).map((line) => el("p", { class: "ds-paragraph" }, line)))) : el("p", { class: "quiet" }, t("news.preview-none")));
}

const ready = attempt(problem, null, async () => {
  chosen = await whom($("#whom"), { chosen: item ?? {} });
  form.dataset.ready = "true";
});
form.addEventListener("input", preview);
preview();

form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(problem, $("#save"), async () => {
    await ready;
    if (item) await put(base, written());
    else await post("/v1/staff/information", written(), { headers: { "idempotency-key": key } });
    leave("/console/news", item ? t("done.news-saved") : t("done.news-published"));
  }, finder(form));
});

const surely = (what, act) => $(`#${what}`)?.addEventListener("click", (event) => attempt(problem, event.currentTarget, async () => {
  if (!(await confirmed({ heading: t(`news.${what}-heading`), text: t(`news.${what}-text`), yes: t(`news.${what}`), danger: true }))) return;
  await act();
  leave("/console/news", t(`done.news-${what}`));
}));
surely("end", () => post(`${base}/end`));
surely("remove", () => remove(base));
