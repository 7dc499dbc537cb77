// From which age residents say yes for themselves, now and from days to come.
import { leave } from "./announcer.js";
import { put } from "./api.js";
import { $, $$, button, el, field, goTo } from "./elements.js";
import { finder } from "./pointers.js";
import { attempt } from "./problems.js";
import { t, told } from "./told.js";

const form = $("#ages"), list = $("#list");

function row({ from = "", years = "" } = {}) {
  const since = el("input", { class: "ds-input", type: "date", value: from, required: true }), age = el("input", { class: "ds-input", type: "number", min: 13, max: 18, value: years, required: true });
  const item = el("li", { class: "row end" }, field(t("ages.from"), since), field(t("ages.years"), age), button(t("common.remove"), () => { item.remove(); number(); goTo($("#add")); }, { variant: "tertiary", colour: "danger", size: "sm" }));
  return item;
}

const rows = () => $$("li", list).map((item) => $$("input", item));
const number = () => rows().forEach(([since, age], i) => { since.dataset.pointer = `/items/${i}/from`; age.dataset.pointer = `/items/${i}/years`; });

list.append(...told.ages.map(row));
number();
$("#add").onclick = () => { list.append(row()); number(); goTo(rows().at(-1)[0]); };
form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt($("#problem"), $("#save"), async () => {
    await put("/v1/staff/ages", { items: rows().map(([since, age]) => ({ from: since.value, years: Number(age.value) })) });
    leave(null, t("done.ages-saved"));
  }, finder(form));
});
