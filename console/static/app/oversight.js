// Telling those concerned of a breach: how many they are, and the words they read.
import { leave } from "./announcer.js";
import { post, Problem } from "./api.js";
import { confirmed } from "./confirm.js";
import { $, $$, el, field, fill } from "./elements.js";
import { localized, townLanguages } from "./localized.js";
import { attempt } from "./problems.js";
import { number, t, told } from "./told.js";

const LABELS = { title: t("oversight.headline"), happened: t("oversight.happened"), consequences: t("oversight.consequences"), measures: t("oversight.measures"), contact: t("oversight.contact") };
const PARTS = Object.keys(LABELS);
const form = $("#breach");
const problem = $(".problem", form);
const words = Object.fromEntries(PARTS.map((part) =>
  [part, localized(LABELS[part], townLanguages(), { long: part !== "title", maximum: part === "title" ? 200 : 5000, pointer: `/${part}` })]));

fill($("#words"), PARTS.map((part) => words[part].element));
$("#purposes").append(...Object.entries(told.purposes).map(([key, title]) =>
  field(title, el("input", { class: "ds-input", type: "checkbox", name: "purpose", value: key, id: `whose-${key}` }), { toggle: true })),
  el("p", { class: "quiet" }, t("oversight.whose-help")));

const moment = (id) => {
  const value = $(`#${id}`).value;
  if (!value) throw { spoken: t("oversight.needs-times") };
  return new Date(value).toISOString();
};
const concerned = () => ({ since: moment("since"), until: moment("until"), purposes: $$("[name=purpose]:checked", form).map((one) => one.value) });
const find = (pointer) => {
  const [, part, place] = pointer.split("/");
  if (part === "purposes") return $$("[name=purpose]:checked", form)[Number(place)] ?? $("[name=purpose]", form);
  return PARTS.includes(part) ? ($(`[data-pointer="/${part}/${place}"]`, form) ?? $("[data-language]", words[part].element)) : $(`#${part}`);
};
/** Refuse what the server would, before anybody is asked whether they are sure. */
function complete(breach) {
  const errors = PARTS.flatMap((part) => townLanguages().filter((language) => !breach[part][language]).map((language) => ({ pointer: `/${part}/${language}`, detail: t("oversight.missing") })));
  if (errors.length) throw new Problem(422, { type: "validation", errors });
  return breach;
}

const spoken = (count) => (typeof count === "number" ? number(count) : count);
const count = async () => (await post("/v1/staff/breaches/preview", concerned())).residents;

$("#count").addEventListener("click", (event) => attempt(problem, event.target, async () => {
  $("#counted").textContent = t("oversight.concerns", { count: spoken(await count()) });
}, find));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  await attempt(problem, $("#tell"), async () => {
    const breach = complete({ ...concerned(), ...Object.fromEntries(PARTS.map((part) => [part, words[part].read() ?? {}])) });
    const text = t("oversight.tell-text", { count: spoken(await count()) });
    if (!(await confirmed({ heading: t("oversight.tell-heading"), text, yes: t("oversight.tell"), danger: true }))) return;
    await post("/v1/staff/breaches", breach);
    history.replaceState(null, "", "#breach-heading");
    leave(null, t("oversight.told"));
  }, find);
});
