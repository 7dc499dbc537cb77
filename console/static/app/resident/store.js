// What this device keeps: the registration, the sealed state, invitations, ballots, answers waiting, receipts.
import { told } from "../told.js";

const place = `medvirk.${told.municipality?.number ?? ""}`;
const EMPTY = { me: null, state: null, invitations: [], shown: {}, ballots: {}, waiting: [], codes: {}, receipts: [], answered: {}, granted: {} };

/** Everything kept for this municipality. */
export function kept() {
  try {
    return { ...structuredClone(EMPTY), ...JSON.parse(localStorage.getItem(place) || "{}") };
  } catch {
    return structuredClone(EMPTY);
  }
}

/** Change what is kept; `change` gets it and alters it in place. */
export function keep(change) {
  const now = kept();
  change(now);
  localStorage.setItem(place, JSON.stringify(now));
  return now;
}

/** Forget the registration and all that came with it; receipts of answers that cannot be taken back stay only if asked. */
export const forget = () => localStorage.removeItem(place);

export const joined = () => kept().me !== null;

/** Options for `api.ask` that speak as this resident. */
export const asMe = () => ({ token: kept().me?.token });
