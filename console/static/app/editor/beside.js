// Who else has the draft open, asked for every few seconds while the page is looked at.
import { put } from "../api.js";

const EVERY_MS = 10_000;

/** `heard({others, version})` hears of each answer; nothing is asked before the draft has an id. */
export function beside(kept, heard) {
  const tab = crypto.randomUUID();
  const say = (leaves) => put(`/v1/staff/survey-drafts/${kept.id}/open`, { tab, leaves });
  async function ask() {
    if (kept.id === null || document.visibilityState === "hidden") return;
    try { heard(await say(false)); } catch { /* It is asked again; what keeps the draft says what is wrong. */ }
  }
  setInterval(ask, EVERY_MS);
  addEventListener("visibilitychange", ask);
  addEventListener("pagehide", () => {
    if (kept.id !== null) void fetch(`/v1/staff/survey-drafts/${kept.id}/open`, { method: "PUT", keepalive: true, headers: { "content-type": "application/json" }, body: JSON.stringify({ tab, leaves: true }) });
  });
  return ask;
}
