// Choosing whom a message is for: rules about districts, topics, languages and ages, in groups, and what they say together.
import { all } from "./api.js";
import { DEEPEST, fromAudience, LISTS, toCriterion } from "./criteria.js";
import { $, $$, button, el, field, fill, freshId, goTo } from "./elements.js";
import { townLanguages } from "./localized.js";
import { joined, languageName, listed, picked, t, told } from "./told.js";

const NESTED = DEEPEST - 3; // So many groups in the whole, and in the last a rule with "not", are as deep as the API takes.
const MANY = 6;

/** Put the editor into `place`; gives `read()` → the audience as the API takes it, `say()` in words, and `names` of what can be chosen. */
export async function audienceEditor(place, audience) {
  const [districts, topics] = await Promise.all([all("/v1/staff/zones?kind=district&geometry=false&limit=200"), all("/v1/staff/interests")]);
  const choices = {
    areas: districts.map((zone) => [zone.id, picked(zone.name)]), interests: topics.map((topic) => [topic.key, picked(topic.label)]),
    languages: townLanguages().map((tag) => [tag, languageName(tag)]), ages: told.bands.map((band) => [band, band.replace("-", "–")]),
  };
  const names = Object.fromEntries(Object.values(choices).flat());
  const offered = LISTS.filter((name) => choices[name].length);
  const whole = fromAudience(audience);
  const said = el("p", { class: "ds-paragraph", role: "status", id: "audience-said" });
  const holder = el("div", { class: "stack", "data-pointer": "/audience" });

  const words = (node) => {
    if (node.values) return t(`whom.says-${node.not ? "not-" : ""}${node.name}`, { values: node.values.length ? listed(node.values.map((value) => names[value] ?? value)) : "…" });
    const parts = node.parts.map((part) => (part.values || part.parts.length < 2 ? words(part) : `(${words(part)})`));
    return node.mode === "all" ? joined(parts) : listed(parts);
  };
  const say = () => (whole.parts.length ? t("whom.goes-to", { whom: words(whole) }) : t("whom.everybody"));
  const changed = () => { said.textContent = say(); };

  /** Draw all anew; the reader stays at what they did, or goes to the last of what was added. */
  function draw(focus) {
    fill(holder, group(whole, 0, null));
    changed();
    if (focus) goTo($(`[data-node="${focus}"]`, holder) ?? $("[data-add-rule]", holder));
  }

  function group(node, depth, above) {
    const id = (node.id ??= freshId("group"));
    const mode = el("select", { class: "ds-input", "data-node": id, onchange: () => { node.mode = mode.value; changed(); } }, ["all", "any"].map((one) => el("option", { value: one }, t(`whom.mode-${one}`))));
    mode.value = node.mode;
    const add = (made) => { node.parts.push(made); made.id = freshId("node"); draw(made.id); };
    return el("fieldset", { class: "ds-fieldset stack criteria" }, el("legend", { class: "ds-label", "data-weight": "medium" }, t(depth ? "whom.group" : "whom.audience")),
      node.parts.length > 1 || depth ? field(t("whom.mode"), mode) : null,
      node.parts.length ? el("ul", { class: "plain-list stack" }, node.parts.map((part, at) => el("li", {}, part.values ? rule(part, node, at) : group(part, depth + 1, node)))) : null,
      el("div", { class: "row" },
        button(t("whom.add-rule"), () => add({ name: offered[0], not: false, values: [] }), { variant: "secondary", size: "sm", "data-add-rule": true }),
        depth < NESTED && node.parts.length ? button(t("whom.add-group"), () => add({ mode: node.mode === "all" ? "any" : "all", parts: [{ name: offered[0], not: false, values: [] }] }), { variant: "tertiary", size: "sm" }) : null,
        above ? button(t("whom.remove-group"), () => drop(node, above), { variant: "tertiary", size: "sm", colour: "danger" }) : null));
  }

  const drop = (node, above) => { above.parts.splice(above.parts.indexOf(node), 1); draw(above.id); };

  function rule(node, above, at) {
    const id = (node.id ??= freshId("node"));
    const verbs = offered.flatMap((name) => [[name, false], [name, true]]);
    const verb = el("select", { class: "ds-input", "data-node": id, onchange: () => {
      const [name, not] = verb.value.split(" ");
      if (name !== node.name) node.values = [];
      Object.assign(node, { name, not: not === "true" });
      draw(id);
    } }, verbs.map(([name, not]) => el("option", { value: `${name} ${not}` }, t(`whom.verb-${not ? "not-" : ""}${name}`))));
    verb.value = `${node.name} ${node.not}`;
    const options = [...choices[node.name], ...node.values.filter((value) => !choices[node.name].some(([known]) => known === value)).map((value) => [value, value])];
    const boxes = options.map(([value, text]) => field(text, el("input", { class: "ds-input", type: "checkbox", value, checked: node.values.includes(value), onchange: (event) => {
      node.values = $$("input:checked", event.target.closest("[data-values]")).map((box) => box.value);
      changed();
    } }), { toggle: true }));
    const many = boxes.length > MANY;
    return el("fieldset", { class: "ds-fieldset stack criterion", "data-rule": id }, el("legend", { class: "ds-sr-only" }, t("whom.rule", { number: at + 1 })),
      field(t("whom.those-who"), verb),
      el("div", { "data-values": true, class: many ? "choices" : "", role: "group", "aria-label": verb.selectedOptions[0].textContent, ...(many ? { tabindex: 0 } : {}) }, boxes),
      el("div", { class: "row" }, button(t("whom.remove-rule"), () => drop(node, above), { variant: "tertiary", size: "sm", colour: "danger" })));
  }

  const empty = (node) => (node.values ? (node.values.length ? null : node) : node.parts.map(empty).find(Boolean));

  fill(place, said, holder);
  draw();
  return {
    names, say,
    read() {
      const missing = empty(whole);
      if (missing) { goTo($(`[data-node="${missing.id}"]`, holder)); throw { spoken: t("whom.choose-values") }; }
      return { areas: [], interests: [], languages: [], ages: [], where: toCriterion(whole) };
    },
  };
}
