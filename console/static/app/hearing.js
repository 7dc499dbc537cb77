// One hearing's page: publishing, documents, what was said, the decision, the archive.
import { announce, leave } from "./announcer.js";
import { all, ask, get, post, put, remove } from "./api.js";
import { confirmed } from "./confirm.js";
import { $, $$, el, fill, goTo } from "./elements.js";
import { localized, townLanguages } from "./localized.js";
import { townMap } from "./map.js";
import { placeSearch } from "./place-search.js";
import { finder } from "./pointers.js";
import { attempt } from "./problems.js";
import { statements } from "./statements.js";
import { number, t, told } from "./told.js";

const { id, state, writes, outcome } = told.hearing;
const base = `/v1/staff/hearings/${id}`;
const problem = $("#problem");
const here = finder($("main"));

/** On a click or submit of `selector`: do it, and tell what went wrong. */
function on(selector, kind, act) {
  $(selector)?.addEventListener(kind, (event) => {
    event.preventDefault();
    attempt(problem, event.submitter ?? event.currentTarget, act, here);
  });
}

async function surely(what, danger, act, more = []) {
  const text = [t(`hearing.${what}-text`), ...more].join(" ");
  if (!(await confirmed({ heading: t(`hearing.${what}-heading`), text, yes: t(`hearing.${what}`), danger }))) return;
  await act();
}

/** What became of the statements so far, in words. */
let handled = null;
const counts = () => (handled ? [t("hearing.handled", Object.fromEntries(Object.entries(handled).map(([name, count]) => [name, number(count)])))] : []);

function count(found) {
  handled = found;
  for (const place of $$(".unread")) {
    place.hidden = !found.received;
    $("a, b", place).textContent = t("hearing.unread", { count: number(found.received) });
  }
}

on("#publish", "click", () => surely("publish", false, async () => { await post(`${base}/launch`); leave(null, t("done.hearing-published")); }));
on("#close", "click", () => surely("close", true, async () => { await post(`${base}/close`); leave(null, t("done.hearing-closed")); }, counts()));
on("#delete", "click", () => surely("delete", true, async () => { await remove(base); leave("/console/hearings", t("done.hearing-deleted")); }));
on("#extend", "submit", async () => {
  if (!$("#later").value) throw { spoken: t("hearing.needs-day") };
  await post(`${base}/extend`, { deadline: $("#later").value });
  leave(null, t("done.deadline-moved"));
});

$("#file")?.addEventListener("change", () => {
  if (!$("#file-name").value) $("#file-name").value = ($("#file").files[0]?.name ?? "").replace(/\.[^.]+$/, "");
});
on("#upload", "submit", async () => {
  const [file] = $("#file").files;
  if (!file) throw { spoken: t("hearing.needs-file") };
  const name = encodeURIComponent($("#file-name").value.trim());
  await post(`${base}/documents?name=${name}`, new Uint8Array(await file.arrayBuffer()), { headers: { "content-type": "application/octet-stream" } });
  leave(null, t("done.document-added"));
});

for (const form of $$("[data-document]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [file] = $("[type=file]", form).files;
    const reason = $("[data-pointer='/reason']", form)?.value.trim();
    const because = reason ? `?reason=${encodeURIComponent(reason)}` : "";
    attempt($(".problem", form), event.submitter, async () => {
      if (event.submitter.value === "remove") {
        await surely("remove", true, async () => { await remove(`${base}/documents/${form.dataset.document}${because}`); leave(null, t("done.document-removed")); });
        return;
      }
      if (!file) { goTo($("[type=file]", form)); throw { spoken: t("hearing.needs-file") }; }
      await put(`${base}/documents/${form.dataset.document}${because}`, new Uint8Array(await file.arrayBuffer()), { headers: { "content-type": "application/octet-stream" } });
      leave(null, t("done.document-replaced"));
    }, finder(form));
  });
}

const shown = state === "draft" ? Promise.resolve() : statements(base, writes, count);
shown.then(() => { $("main").dataset.ready = "true"; });
if (state !== "draft") {
  all(`${base}/opinions`).then((items) =>
    fill($("#opinions"), items.length ? items.map((text) => el("li", { class: "ds-card" }, el("p", { class: "ds-paragraph" }, text)))
      : el("li", { class: "quiet" }, t(state === "open" ? "hearing.opinions-later" : "hearing.opinions-none"))), () => {});
}

if ($("#map")) {
  get(`/v1/municipalities/${told.municipality.number}`).then(({ boundary }) => {
    const map = townMap($("#map"), { title: t("hearing.map"), boundary, still: true });
    placeSearch(map);
    map.zones(told.hearing.districts);
    map.draft(told.hearing.map);
    map.look(told.hearing.map ? [told.hearing.map] : told.hearing.districts.map((district) => district.geometry));
  }, (error) => attempt(problem, null, () => { throw error; }));
}

if ($("#outcome")) {
  const act = outcome ? "redecide" : "decide";
  const decision = localized(t("hearing.decision"), townLanguages(), { value: outcome?.decision, long: true, maximum: 5000, pointer: "/decision" });
  const response = localized(t("hearing.response"), townLanguages(), { value: outcome?.response, long: true, maximum: 5000, pointer: "/response", help: t("hearing.response-help") });
  fill($("#outcome-texts"), decision.element, response.element);
  on("#outcome", "submit", async () => {
    if (handled?.received) throw { spoken: t("hearing.unread-first", { count: number(handled.received) }) };
    await surely(act, false, async () => {
      await post(`${base}/outcome`, { decision: decision.read() ?? {}, response: response.read() ?? {} });
      leave(null, t(`done.hearing-${act}d`));
    }, counts());
  });
}

on("#package", "click", async () => {
  const bytes = await ask("GET", `${base}/archive`, { raw: true });
  const sum = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/zip" }));
  el("a", { href: address, download: `${id}.zip` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  if ($("#checksum")) $("#checksum").value = sum;
  announce(t("hearing.packaged"));
});
on("#receipt", "submit", async () => {
  await put(`${base}/archive/receipt`, { receipt: $("#receipt-text").value.trim(), sha256: $("#checksum").value.trim() });
  leave(null, t("done.hearing-archived"));
});
