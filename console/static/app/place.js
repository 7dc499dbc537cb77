// One place: where it is, what the privacy officer says of it, and what goes with it.
import { leave } from "./announcer.js";
import { all, get, put, remove } from "./api.js";
import { $, el, fill } from "./elements.js";
import { finder } from "./pointers.js";
import { attempt, showProblem } from "./problems.js";
import { area } from "./shapes.js";
import { picked, t, told } from "./told.js";
import { inWords } from "./zone-list.js";

const zone = told.zone, problem = $("#problem"), name = picked(zone.name);
const base = `/v1/staff/zones/${zone.id}`;

$("#size").textContent = inWords(area(zone.geometry));

$("#decide")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const approved = event.submitter?.value !== "no", reason = $("#reason").value.trim() || null;
  if (await attempt(problem, event.submitter, () => put(`${base}/approval`, { approved, reason }), finder($("#decide")))) {
    leave(null, t(approved ? "place.said-yes" : "place.said-no", { name }));
  }
});

$("#remove")?.addEventListener("click", (event) => attempt(problem, event.target, async () => {
  const { things, beacons, districts } = await get(`${base}/uses`);
  const within = [...beacons, ...districts.map((one) => picked(one.name))];
  if (within.length) return showProblem(problem, { spoken: t("place.in-use", { names: within.join(", ") }) });
  const silent = things.filter((one) => one.at && one.state === "open").map((one) => `«${picked(one.title)}»`);
  $("#removal-text").textContent = `${silent.length ? t("place.silences", { names: silent.join(", ") }) : t("place.silences-none")} ${t("place.for-good")}`;
  if ($("#heir")) await heirs();
  $("#removal").showModal();
  $("#removal-no").focus();
}));

/** Which district those follow from then on who follow this one. */
async function heirs() {
  const others = (await all("/v1/staff/zones?kind=district&geometry=false&sort=name&limit=200")).filter((one) => one.id !== zone.id);
  fill($("#heir"), el("option", { value: "" }, t(zone.parent_id ? "place.heir-around" : "place.heir-none")), others.map((one) => el("option", { value: one.id }, picked(one.name))));
}

async function taken(heir) {
  try {
    await (heir ? remove(`${base}?replaced_by=${heir}`) : remove(base));
  } catch (error) {
    throw error.status === 409 && $("#heir") && !heir ? { spoken: t("place.heir-needed") } : error;
  }
}

$("#removal-yes").onclick = async (event) => {
  const heir = $("#heir")?.value;
  const gone = await attempt(problem, event.target, () => taken(heir), finder($("#removal")));
  $("#removal").close();
  if (gone) leave("/console/zones", t("zones.removed", { name }));
  else problem.firstElementChild?.scrollIntoView();
};

document.body.dataset.ready = "true";
await attempt(problem, null, async () => {
  const [{ townMap }, { placeSearch }] = await Promise.all([import("./map.js"), import("./place-search.js")]);
  const town = await get(`/v1/municipalities/${told.municipality.number}`);
  const map = townMap($("#map"), { title: t("zones.map"), boundary: town.boundary, still: true });
  placeSearch(map);
  await map.ready;
  map.zones([zone], new Set([zone.id]));
  map.look([zone.geometry]);
});
