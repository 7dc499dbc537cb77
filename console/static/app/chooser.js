// Choosing one of many by its name: the first of them in a list, and a field to search among all where there are more.
import { get } from "./api.js";
import { el, field, fill } from "./elements.js";
import { searching } from "./searching.js";
import { t } from "./told.js";

const AT_A_TIME = 50;

/**
 * Put the choice into `place`. `path` is the list that is asked, `?limit=…&q=…` is added; `option(one)` gives {value, label, group}.
 * Gives `value()`, `choose({value, label})` and `listed`, what was listed last.
 */
export async function chooser(place, { label, find, path, option, pointer, changed }) {
  const select = el("select", { class: "ds-input", "data-pointer": pointer, onchange: changed });
  const search = el("input", { class: "ds-input", type: "search", autocomplete: "off", maxlength: 100 });
  const searched = field(find, search);
  const ask = (words) => get(`${path}${path.includes("?") ? "&" : "?"}limit=${AT_A_TIME}${words ? `&q=${encodeURIComponent(words)}` : ""}`);
  let offered = [];

  function offer(options, chosen) {
    offered = chosen?.value && !options.some((one) => one.value === chosen.value) ? [chosen, ...options] : options;
    const groups = [...new Set(offered.map((one) => one.group))];
    const shown = (one) => el("option", { value: one.value }, one.label);
    fill(select, el("option", { value: "" }, t("trigger.choose")), groups.map((group) => {
      const some = offered.filter((one) => one.group === group).map(shown);
      return group ? el("optgroup", { label: group }, some) : some;
    }));
    select.value = chosen?.value ?? "";
  }

  const first = await ask("");
  offer(first.items.map(option), null);
  searched.hidden = !first.next;
  fill(place, searched, field(label, select));
  searching(search, async (words) => offer((await ask(words)).items.map(option), offered.find((one) => one.value === select.value)));
  return {
    value: () => select.value,
    label: () => offered.find((one) => one.value === select.value)?.label ?? "",
    choose(one) { offer(offered, one); },
    any: first.items.length > 0,
  };
}
