// The resident's page: which view is shown, and what happens in the background while the page is open.
import { $, $$, el, goTo } from "../elements.js";
import { showProblem } from "../problems.js";
import { t, told } from "../told.js";
import * as answer from "./answer.js";
import { fetchDue, handIn } from "./ballots.js";
import * as consents from "./consents.js";
import * as join from "./join.js";
import * as me from "./me.js";
import * as near from "./near.js";
import * as receipts from "./receipts.js";
import { joined, keep, kept } from "./store.js";
import * as surveys from "./surveys.js";

const VIEWS = { join, surveys, near, consents, receipts, me, survey: answer };
const PUBLIC = new Set(["join"]);
let shownBefore = false;

/** `#/survey/ID` → ["survey", "ID"]; a letter's code after it is kept and taken out of the address. Without a registration every way leads to joining. */
function where() {
  const [, name = "", rest = "", code = ""] = location.hash.split("/");
  if (name === "survey" && code) {
    keep((now) => { now.codes[rest] = decodeURIComponent(code); });
    history.replaceState(null, "", `#/survey/${rest}`);
  }
  if (!joined()) return ["join", rest];
  return name in VIEWS && !PUBLIC.has(name) ? [name, rest] : ["surveys", ""];
}

/** Show where we are. Each time in a place of its own: a view that is still loading when we go on writes nowhere. */
async function show() {
  const [name, rest] = where();
  const place = el("div", { class: "stack loose", "aria-busy": "true", "data-shown": name });
  $("#view").replaceChildren(place);
  $("#tabs").hidden = !joined();
  for (const link of $$("#tabs a")) {
    if (link.dataset.tab === (name === "survey" ? "surveys" : name)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  $("#problem").hidden = true;
  let wrong = null;
  try {
    await VIEWS[name].show(place, rest);
  } catch (error) {
    wrong = error;
  }
  if (!place.isConnected) return;
  place.removeAttribute("aria-busy");
  if (wrong) {
    place.replaceChildren();
    return showProblem($("#problem"), wrong);
  }
  const heading = $("h1", place);
  document.title = `${heading.textContent} – ${told.municipality.name}`;
  if (shownBefore) { goTo(heading); scrollTo(0, 0); }
  shownBefore = true;
}

/** What needs no looking at: ballots whose time has come, answers that waited. */
async function background() {
  if (!joined() || !navigator.onLine) return;
  try {
    await handIn();
    await fetchDue();
  } catch (error) {
    if (kept().waiting.length === 0) showProblem($("#problem"), error);
  }
}

addEventListener("hashchange", show);
addEventListener("online", background);
addEventListener("medvirk:changed", show);
setInterval(background, 60_000);

for (const link of $$(".languages a")) {
  link.addEventListener("click", (event) => { event.preventDefault(); location.href = `?m=${told.municipality.number}&lang=${link.lang}${location.hash}`; });
}

await show();
await background();
document.documentElement.dataset.ready = "true";
if ("serviceWorker" in navigator) navigator.serviceWorker.register(`/sw.js?lang=${told.language}`, { scope: "/app" }).catch(() => {});
$("#offline").textContent = t("app.offline");
const online = () => { $("#offline").hidden = navigator.onLine; };
addEventListener("online", online);
addEventListener("offline", online);
online();
