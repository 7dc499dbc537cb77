// Choosing districts and topics: whom something is for.
import { all } from "./api.js";
import { $$, el, field, fill } from "./elements.js";
import { picked, t } from "./told.js";

/** Put the choices into `place`; gives `read()` → {areas, interests}. What is not chosen narrows nothing. */
export async function whom(place, { chosen = {} } = {}) {
  const [districts, topics] = await Promise.all([all("/v1/staff/zones?kind=district&geometry=false&limit=200"), all("/v1/staff/interests")]);
  fill(place,
    choices("areas", t("whom.areas"), districts.map((zone) => [zone.id, picked(zone.name)]), chosen.areas),
    choices("interests", t("whom.interests"), topics.map((topic) => [topic.key, picked(topic.label)]), chosen.interests));
  const read = (name) => $$(`[name=${name}]:checked`, place).map((box) => box.value);
  return { read: () => ({ areas: read("areas"), interests: read("interests") }) };
}

function choices(name, label, options, chosen = []) {
  if (!options.length) return null;
  const boxes = options.map(([value, text]) =>
    field(text, el("input", { class: "ds-input", type: "checkbox", name, value, checked: chosen.includes(value) }), { toggle: true }));
  return el("fieldset", { class: "ds-fieldset", "data-pointer": `/${name}` }, el("legend", { class: "ds-label", "data-weight": "medium" }, label),
    el("div", { class: options.length > 6 ? "choices" : "", ...(options.length > 6 ? { tabindex: 0, role: "group", "aria-label": label } : {}) }, boxes));
}
