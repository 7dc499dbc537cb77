// Keeping a draft: saved by itself at each pause, tried again where the server is away, never over somebody else's.
import { get, post, Problem, put } from "../api.js";
import { dropUnsaved, keepUnsaved, unsaved } from "./unsaved.js";

const COPY_MS = 100, PAUSE_MS = 900, LONGEST_MS = 6_000, TRY_AGAIN_MS = [1_000, 2_000, 5_000, 10_000, 20_000];
const wait = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/**
 * `read()` gives what is written as `{document, plan}`. `draft` is what the server had when the page was made (`id`, `version`), if
 * anything. `said(state, about)` hears how it stands: `unsaved`, `saving`, `saved`, `away`, `signed-out`, `refused` with the
 * problem, `changed` with who saved another version. `began(id)` hears the id of a new draft.
 */
export function keeping({ read, draft, said, began }) {
  const name = draft ? draft.id : "new";
  let id = draft?.id ?? null, version = draft?.version ?? null, key = crypto.randomUUID();
  let now = JSON.stringify(read()), saved = now, first = null, theirs = null, due = 0, since = 0, local = 0, running = null;

  function touched() {
    const text = JSON.stringify(read());
    if (text === now) return false;
    now = text;
    local ||= setTimeout(() => { local = 0; void copy(); }, COPY_MS);
    if (!theirs) {
      said(now === saved ? "saved" : "unsaved");
      since ||= Date.now();
      clearTimeout(due);
      due = setTimeout(() => { void flush().catch(() => {}); }, Math.max(0, Math.min(PAUSE_MS, since + LONGEST_MS - Date.now())));
    }
    return true;
  }

  const copy = () => (now === saved ? dropUnsaved(id ?? name) : keepUnsaved(id ?? name, { text: now, version, key, first, at: Date.now() }));

  /** Save what is written now; resolves when it is saved, rejects where it cannot be. */
  function flush() {
    touched();
    clearTimeout(due);
    running ??= loop().finally(() => { running = null; });
    return running;
  }

  async function loop() {
    since = 0;
    for (let tried = 0; now !== saved || id === null;) {
      if (theirs) throw new Problem(412, { type: "precondition-failed" });
      said("saving");
      // A draft is begun once, however often that is tried: with the same words under the same key.
      const sent = id === null ? (first ??= now) : now;
      try {
        const kept = await send(sent);
        tried = 0;
        saved = sent;
        version = kept.version;
        if (id === null) { id = kept.id; await dropUnsaved(name); began(id); }
        await copy();
        said("saved", kept);
      } catch (problem) {
        await failed(problem, tried++);
      }
    }
  }

  const send = (text) => id === null ? post("/v1/staff/survey-drafts", JSON.parse(text), { headers: { "idempotency-key": key } })
    : put(`/v1/staff/survey-drafts/${id}`, JSON.parse(text), { headers: { "if-match": `"${version}"` } });

  async function failed(problem, tried) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 412) { await changed(); throw problem; }
    const later = [0, 429].includes(problem.status) || problem.status >= 500, out = problem.status === 401;
    if (!later && !out) { said("refused", problem); throw problem; }
    said(out ? "signed-out" : "away");
    await Promise.race([wait(TRY_AGAIN_MS[Math.min(tried, TRY_AGAIN_MS.length - 1)]),
      new Promise((resolve) => { addEventListener("online", resolve, { once: true }); addEventListener("focus", resolve, { once: true }); })]);
  }

  /** Somebody has saved another version: nothing is sent until one of the two is chosen. */
  async function changed() {
    if (theirs) return;
    theirs = await get(`/v1/staff/survey-drafts/${id}`);
    clearTimeout(due);
    said("changed", { theirs, mine: now !== saved });
  }

  addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden" && now !== saved) void flush().catch(() => {}); });
  return {
    touched, flush, changed,
    get id() { return id; },
    get version() { return version; },
    get theirs() { return theirs; },
    get isSaved() { return now === saved; },
    /** Go on from the other version: with what is written here (`mine`), or with theirs, which the page has put in. */
    settled(mine) {
      version = theirs.version;
      saved = JSON.stringify({ document: theirs.document, plan: theirs.plan });
      theirs = null;
      if (mine) return flush();
      now = saved = JSON.stringify(read());
      void dropUnsaved(id);
      said("saved", { saved_at: new Date().toISOString() });
      return Promise.resolve();
    },
    /** What was written here before and never saved: `{text, version}`, or undefined. */
    found: () => unsaved(name),
    /** Go on with what was found. */
    took(copy) {
      ({ key, first, version } = copy);
      return touched();
    },
    /** The form reads otherwise than before, and nobody has written anything. */
    asRead() { if (now === saved) now = saved = JSON.stringify(read()); },
    forget: () => dropUnsaved(id ?? name),
  };
}
