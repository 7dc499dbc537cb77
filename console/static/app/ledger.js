// The consent ledger: verified by one click, and a receipt's line found in it.
import { get, post } from "./api.js";
import { $, el, fill } from "./elements.js";
import { finder } from "./pointers.js";
import { attempt } from "./problems.js";
import { day, number, t, told } from "./told.js";

const alert = (colour, ...inside) => el("div", { class: "ds-alert", "data-color": colour }, inside);
const said = ({ kind, number: line }) => t(`ledger.found-${kind.replace(" ", "-")}`, { number: line === null ? "–" : number(line) });

$("#verify").addEventListener("submit", (event) => {
  event.preventDefault();
  fill($("#verified"));
  attempt($("#problem"), $("#run"), async () => {
    const events = $("#events").value, root = $("#root").value.trim().toLowerCase();
    const kept = events || root ? [{ events: Number(events), root }] : [];
    const { lines, findings } = await post("/v1/staff/ledger/verification", { kept });
    fill($("#verified"), findings.length
      ? alert("danger", el("p", { class: "ds-paragraph" }, t("ledger.wrong", { count: number(findings.length) })), el("ul", { class: "ds-list" }, findings.map((one) => el("li", {}, said(one)))))
      : alert("success", el("p", { class: "ds-paragraph" }, kept.length ? t("ledger.right-kept", { count: number(lines) }) : t("ledger.right", { count: number(lines) }))));
  }, finder($("#verify")));
});

$("#proof").addEventListener("submit", (event) => {
  event.preventDefault();
  fill($("#proved"));
  attempt($("#proof-problem"), event.submitter, async () => {
    const leaf = $("#leaf").value.trim().toLowerCase();
    if (!/^[0-9a-f]{64}$/.test(leaf)) throw { spoken: t("ledger.needs-leaf") };
    const { place, root } = await get(`/v1/municipalities/${told.municipality.number}/ledger/proofs/${leaf}`);
    fill($("#proved"), alert("success", el("p", { class: "ds-paragraph" }, t("ledger.proved", { number: number(place + 1), day: day(root.published_on) }))));
  }, finder($("#proof")));
});
