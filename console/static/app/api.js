// Speaking with the municipality's JSON API.
import { told } from "./told.js";

/** What the server refused, from application/problem+json (RFC 9457); `type` is the last part of its address. */
export class Problem extends Error {
  constructor(status, document = {}) {
    super(document.detail || document.title || String(status));
    this.status = status;
    this.type = String(document.type || "").split("/").pop() || (status ? "unavailable" : "offline");
    this.detail = document.detail || "";
    this.purpose = document.purpose;
    this.errors = document.errors || [];
    this.retryAfter = document.retryAfter;
  }
}

/**
 * Ask the API. `body` is sent as JSON unless it is bytes; `token` is a resident's bearer token, without it the
 * console's cookie speaks for the staff member; `signal` gives a request up. Gives the parsed JSON, bytes, or null for an empty answer.
 */
export async function ask(method, path, { body, token, headers = {}, anonymous = false, raw = false, signal } = {}) {
  const sent = { accept: raw ? "*/*" : "application/json", "accept-language": told.language, ...headers };
  if (token) sent.authorization = `Bearer ${token}`;
  const bytes = body instanceof Uint8Array;
  if (body !== undefined && !bytes) sent["content-type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: sent,
      body: body === undefined ? undefined : bytes ? body : JSON.stringify(body),
      credentials: token || anonymous ? "omit" : "same-origin",
      cache: "no-store",
      referrerPolicy: anonymous ? "no-referrer" : "same-origin",
      redirect: "error",
      signal,
    });
  } catch {
    throw new Problem(0);
  }
  if (!answer.ok) {
    const document = await answer.json().catch(() => ({}));
    throw new Problem(answer.status, { ...document, retryAfter: answer.headers.get("retry-after") });
  }
  if (answer.status === 204) return null;
  return raw ? new Uint8Array(await answer.arrayBuffer()) : answer.json();
}

export const get = (path, more) => ask("GET", path, more);
export const post = (path, body, more) => ask("POST", path, { body, ...more });
export const put = (path, body, more) => ask("PUT", path, { body, ...more });
export const remove = (path, more) => ask("DELETE", path, more);

/** Everything of a list, page after page. */
export async function all(path, more) {
  const items = [];
  let next = null;
  do {
    const page = await get(path + (next ? `${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(next)}` : ""), more);
    items.push(...page.items);
    next = page.next;
  } while (next);
  return items;
}
