// Fetching ballots, and handing answers in by the anonymous door.
import { ask, get, Problem } from "../api.js";
import { told } from "../told.js";
import { begin, finish, requestOf } from "./ballot.js";
import { fromHex, hex, random, sha256 } from "./bytes.js";
import { asMe, keep, kept } from "./store.js";

const DAY_MS = 86_400_000;
const door = told.ballot_origin ?? "";
const someTime = (within) => Date.now() + (crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32) * within;

/** Note that surveys have been shown: their ballots are fetched at a random time within a day, answered or not. */
export function shown(surveys) {
  keep((now) => { for (const { id } of surveys) now.shown[id] ??= someTime(DAY_MS); });
}

/** Fetch the ballots whose time has come; what fails is tried again another time. */
export async function fetchDue() {
  const { shown: times, ballots, answered } = kept();
  for (const [survey, at] of Object.entries(times)) {
    if (at > Date.now() || ballots[survey]?.token || answered[survey]) continue;
    try {
      await ballotFor(survey);
    } catch (error) {
      if (error instanceof Problem && [403, 404, 409, 410].includes(error.status)) keep((now) => { delete now.shown[survey]; });
    }
  }
}

/** The ballot for a survey, fetched now if it is not on this device yet. */
export async function ballotFor(survey) {
  let mine = kept().ballots[survey];
  if (mine?.token) return mine.token;
  if (!mine) {
    mine = await begin(survey, await get(`${door}/v1/surveys/${survey}/issuer`, { anonymous: true }));
    keep((now) => { now.ballots[survey] = mine; });
  }
  const { state, codes } = kept();
  const signed = await ask("POST", `/v1/surveys/${survey}/ballots`, {
    ...asMe(), raw: true, body: requestOf(mine),
    headers: { "content-type": "application/private-token-request", accept: "application/private-token-response", ...(state ? { "medvirk-state": state } : {}), ...(codes[survey] ? { "medvirk-code": codes[survey] } : {}) },
  });
  const token = await finish(mine, signed);
  keep((now) => { now.ballots[survey] = { token }; });
  return token;
}

/** Put an answer in line; `later` lets a random part of a day pass first. The secret of its receipt stays here. */
export function putInLine(survey, title, answers, later) {
  const secret = hex(random(32));
  keep((now) => {
    now.waiting = now.waiting.filter((one) => one.survey !== survey);
    now.waiting.push({ survey, title, answers, secret, at: later ? someTime(DAY_MS) : 0 });
  });
}

let handing = false;

/** Hand in what is due. A refusal that will not pass by itself takes the answer out of the line and is thrown. */
export async function handIn() {
  if (handing) return;
  handing = true;
  try {
    for (const one of kept().waiting.filter(({ at }) => at <= Date.now())) await handInOne(one);
  } finally {
    handing = false;
  }
}

async function handInOne({ survey, title, answers, secret }) {
  const token = await ballotFor(survey);
  try {
    await ask("POST", `${door}/v1/surveys/${survey}/responses`, {
      anonymous: true, headers: { authorization: `PrivateToken token="${token}"` },
      body: { answers, receipt_hash: await receiptHash(secret) },
    });
  } catch (error) {
    if (error.status && error.status < 500 && error.status !== 429) keep((now) => { now.waiting = now.waiting.filter((one) => one.survey !== survey); });
    throw error;
  }
  keep((now) => {
    now.waiting = now.waiting.filter((one) => one.survey !== survey);
    now.answered[survey] = true;
    now.receipts.push({ survey, title, secret });
    delete now.ballots[survey];
    delete now.codes[survey];
  });
}

/** What goes into the box in place of a receipt's secret: its SHA-256 in hex. */
export const receiptHash = async (secret) => hex(await sha256(fromHex(secret)));

/** Look a receipt up in its survey's box: "open", "destroyed", "counted", or "missing" when counting left it out. */
export async function lookUp({ survey, secret }) {
  const box = await get(`${door}/v1/surveys/${survey}/box`, { anonymous: true });
  if (box.state !== "counted") return box.state;
  const mine = await receiptHash(secret);
  const { items } = await get(`${door}/v1/surveys/${survey}/box/${mine.slice(0, 4)}`, { anonymous: true });
  return items.includes(mine) ? "counted" : "missing";
}
