// At a place: sharing a position once, or while the page is open; the server answers and forgets.
import { announce } from "../announcer.js";
import { get, post, Problem } from "../api.js";
import { $, el, field, fill } from "../elements.js";
import { townMap } from "../map.js";
import { placeSearch } from "../place-search.js";
import { attempt, showProblem } from "../problems.js";
import { number, picked, t, told } from "../told.js";
import { asMe, keep, kept } from "./store.js";

const EVERY_MS = 20_000;
let watch = null, last = 0;

export function show(place) {
  stop();
  const said = el("div", { id: "near-said", role: "status", class: "stack" });
  const share = el("button", { type: "button", class: "ds-button", id: "share" }, t("app.share"));
  const follow = el("input", { class: "ds-input", type: "checkbox", role: "switch", id: "follow" });
  const canvas = el("div", { class: "map low", id: "map" });
  fill(place,
    el("h1", { class: "ds-heading", "data-size": "md", tabindex: "-1" }, t("app.near")),
    el("p", { class: "ds-paragraph" }, t("app.near-lead")),
    el("section", { class: "ds-card stack", "aria-label": t("app.near") }, el("div", { class: "row" }, share), field(t("app.follow"), follow, { toggle: true, help: t("app.follow-help") }), said),
    canvas, el("p", { class: "ds-paragraph quiet", "data-size": "sm" }, t("app.near-map-note")));
  const use = async (fix) => tell(said, await report(fix));
  share.onclick = () => attempt($("#problem"), share, async () => use(await position()));
  follow.onchange = () => {
    stop();
    if (!follow.checked) return;
    watch = navigator.geolocation.watchPosition((fix) => {
      if (Date.now() - last < EVERY_MS) return;
      last = Date.now();
      use(fix).catch((error) => { stop(); follow.checked = false; showProblem($("#problem"), error); });
    }, (error) => { stop(); follow.checked = false; showProblem($("#problem"), { spoken: refusal(error) }); }, { enableHighAccuracy: true });
  };
  draw(canvas);
}

/** The map comes when it comes; without it everything here works. */
async function draw(canvas) {
  try {
    const town = await get(`/v1/municipalities/${told.municipality.number}`, { anonymous: true });
    if (canvas.isConnected) placeSearch(townMap(canvas, { title: t("app.near-map"), boundary: town.boundary, still: true }), { onRequest: true });
  } catch {
    canvas.hidden = true;
  }
}

function stop() {
  if (watch !== null) navigator.geolocation.clearWatch(watch);
  watch = null;
  last = 0;
}
addEventListener("hashchange", stop);

const refusal = ({ code }) => t(code === 1 ? "app.position-denied" : "app.position-failed");

const position = () => new Promise((resolve, reject) =>
  navigator.geolocation.getCurrentPosition(resolve, (error) => reject({ spoken: refusal(error) }), { enableHighAccuracy: true, timeout: 20_000, maximumAge: 5_000 }));

/** Send one fix with the sealed state; a state the server no longer takes is begun anew. */
async function report({ coords, timestamp }) {
  const fix = { id: crypto.randomUUID(), lat: coords.latitude, lon: coords.longitude, accuracy_m: Math.max(1, coords.accuracy), at: new Date(Math.min(timestamp, Date.now())).toISOString() };
  const body = (state) => ({ sent_at: new Date().toISOString(), fixes: [fix], sightings: [], state });
  let answer;
  try {
    answer = await post("/v1/presence", body(kept().state), asMe());
  } catch (error) {
    const stale = error instanceof Problem && error.status === 422 && error.errors.some(({ pointer }) => pointer === "/state");
    if (!stale) throw error;
    answer = await post("/v1/presence", body(null), asMe());
  }
  keep((now) => {
    now.state = answer.state;
    for (const one of answer.fired) {
      now.invitations = now.invitations.filter((old) => old.subject_id !== one.subject_id);
      now.invitations.unshift(one);
    }
  });
  return answer;
}

function tell(said, { inside, fired, next_boundary_m: metres }) {
  const text = fired.length ? t("app.invited-now", { count: fired.length }) : inside.length ? t("app.inside", { count: inside.length }) : metres != null ? t("app.outside", { metres: number(metres) }) : t("app.outside-all");
  fill(said, el("p", { class: "ds-paragraph" }, text), fired.map((one) => el("div", { class: "ds-alert", "data-color": "info" },
    el("h2", { class: "ds-heading", "data-size": "2xs" }, picked(one.title)), one.body ? el("p", { class: "ds-paragraph" }, picked(one.body)) : null,
    one.kind === "survey" ? el("a", { class: "ds-button", "data-size": "sm", href: `#/survey/${one.subject_id}` }, t("app.answer")) : null)));
  announce(text);
}
