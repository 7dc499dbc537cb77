// What concerns me: the topics and districts that I follow, where I have agreed to a feed of my own.
import { announce } from "../announcer.js";
import { all, ask, get } from "../api.js";
import { $, $$, el, field } from "../elements.js";
import { attempt } from "../problems.js";
import { t, told } from "../told.js";
import { asMe } from "./store.js";

const town = () => `/v1/municipalities/${told.municipality.number}`;

/** The form with topics and districts as they stand now. */
export async function choices() {
  const [me, topics, districts] = await Promise.all([get("/v1/me", asMe()), all(`${town()}/interests`, { anonymous: true }), all(`${town()}/districts`, { anonymous: true })]);
  const problem = el("div", { class: "problem", hidden: true });
  const save = el("button", { class: "ds-button", "data-variant": "secondary" }, t("app.save-choices"));
  const boxes = (legend, name, items, chosen) => items.length
    ? el("fieldset", { class: "ds-fieldset" }, el("legend", { class: "ds-label", "data-weight": "medium" }, t(legend)),
        items.map(([value, label]) => field(label, el("input", { class: "ds-input", type: "checkbox", name, value, checked: chosen.includes(value) }), { toggle: true })))
    : null;
  const form = el("form", { class: "ds-card stack", "aria-label": t("app.choices"), novalidate: true },
    el("h2", { class: "ds-heading", "data-size": "2xs" }, t("app.choices")), el("p", { class: "ds-paragraph" }, t("app.choices-text")), problem,
    boxes("app.topics", "interests", topics.map((topic) => [topic.key, topic.label]), me.interests),
    boxes("app.districts", "areas", districts.map((district) => [district.id, district.name]), me.areas),
    el("div", { class: "row" }, save));
  const chosen = (name) => $$(`input[name=${name}]:checked`, form).map((box) => box.value);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(problem, save, async () => {
      await ask("PATCH", "/v1/me", { body: { interests: chosen("interests"), areas: chosen("areas") }, ...asMe() });
      announce(t("app.choices-saved"));
    }, (pointer) => $(`input[name=${pointer.split("/")[1]}]`, form));
  });
  return form;
}
