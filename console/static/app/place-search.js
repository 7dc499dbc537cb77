// Finding an address, a place name or a district, and looking there on a map. What is found is marked, and kept nowhere.
import { Marker } from "maplibre-gl";
import { ask } from "./api.js";
import { button, el, fill, freshId } from "./elements.js";
import { number, t, told } from "./told.js";

const PAUSE_MS = 350, FEWEST = 2, MOST = 80;
const ZOOM = { address: 16, place: 14, district: 12 };

/**
 * Put a search above `map` (a `townMap`). It is an editable combobox with a list (ARIA Authoring Practices). With
 * `onRequest` nothing is sent until the person asks for it by the button or Enter; else also when they pause.
 */
export function placeSearch(map, { onRequest = false } = {}) {
  const id = freshId("place-search");
  let hits = [], at = -1, waits = 0, under = null, marker = null;

  const input = el("input", {
    class: "ds-input", id, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", maxlength: MOST, enterkeyhint: "search",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-describedby": `${id}-who`, oninput: typed, onkeydown: pressed, onblur: close,
  });
  const list = el("ul", { class: "place-hits", id: `${id}-list`, role: "listbox", "aria-label": t("map.find-hits"), hidden: true });
  const said = el("p", { class: "ds-paragraph quiet", "data-size": "sm", role: "status", id: `${id}-said` });
  const who = el("div", { "data-field": "description", id: `${id}-who` }, t(told.asks_kartverket ? "map.find-kartverket" : "map.find-own"));
  const field = el("div", { class: "ds-field grow" }, el("label", { class: "ds-label", "data-weight": "medium", for: id }, t("map.find")), who, input);
  const box = el("div", { class: "place-search", role: "search", "aria-label": t("map.find") },
    onRequest ? el("div", { class: "row end" }, field, button(t("map.find-search"), () => find(), { variant: "secondary" })) : field, list, said);
  // A page's own form is not changed by what is looked for.
  for (const kind of ["input", "change"]) box.addEventListener(kind, (event) => event.stopPropagation());
  map.canvas.getContainer().before(box);

  const words = () => input.value.trim();

  function typed() {
    stop();
    close();
    said.textContent = "";
    if (!onRequest && words().length >= FEWEST) waits = setTimeout(find, PAUSE_MS);
  }

  /** Wait for nothing that was asked for before. */
  function stop() {
    clearTimeout(waits);
    under?.abort();
    under = null;
  }

  async function find() {
    stop();
    if (words().length < FEWEST) return void (said.textContent = t("map.find-short"));
    const mine = under = new AbortController();
    try {
      const found = await ask("GET", `/v1/places/search?municipality=${told.municipality.number}&q=${encodeURIComponent(words())}`, { anonymous: true, signal: mine.signal });
      if (under === mine) offer(found);
    } catch (error) {
      if (under === mine) offer({ items: [], incomplete: false }, t(error.status === 429 ? "map.find-wait" : "map.find-failed"));
    }
  }

  function offer({ items, incomplete }, wrong = null) {
    hits = items;
    choose(-1);
    fill(list, hits.map((hit, place) => el("li", { id: `${id}-${place}`, role: "option", "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); take(hit); } },
      el("b", {}, hit.name), " ", el("span", { class: "quiet" }, hit.detail ?? t(`map.find-${hit.kind}`)))));
    open(hits.length > 0);
    const count = hits.length ? t("map.find-count", { count: number(hits.length) }) : t("map.find-none");
    said.textContent = wrong ?? [count, incomplete ? t("map.find-part") : ""].filter(Boolean).join(" ");
  }

  function open(shown) {
    list.hidden = !shown;
    input.setAttribute("aria-expanded", String(shown));
    if (!shown) choose(-1);
  }

  function close() { open(false); }

  function choose(place) {
    at = place;
    [...list.children].forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", `${id}-${at}`);
    return list.children[at].scrollIntoView({ block: "nearest" });
  }

  function pressed(event) {
    const { key } = event;
    if (event.isComposing) return;
    if (key === "Enter") {
      event.preventDefault(); // Not the page's own form.
      if (at >= 0) take(hits[at]);
      else find();
    } else if (key === "Escape") {
      if (!list.hidden) event.preventDefault();
      stop();
      close();
    } else if (hits.length && (key === "ArrowDown" || key === "ArrowUp")) {
      event.preventDefault();
      if (list.hidden) open(true);
      const step = key === "ArrowDown" ? 1 : -1;
      choose(at < 0 && step < 0 ? hits.length - 1 : (at + step + hits.length) % hits.length);
    }
  }

  function take(hit) {
    stop();
    close();
    input.value = hit.name;
    const where = [hit.point.lon, hit.point.lat];
    marker?.remove();
    marker = new Marker({ element: el("div", { class: "place-mark", role: "img", "aria-label": hit.name }), anchor: "bottom" }).setLngLat(where).addTo(map.canvas);
    map.canvas.jumpTo({ center: where, zoom: ZOOM[hit.kind] });
    said.textContent = t("map.find-shown", { name: [hit.name, hit.detail].filter(Boolean).join(", ") });
  }
}
