// What was written before, so that it can be had back.
const MOST = 200;

/** The states of what is written, as text; `undo` and `redo` give the one to go to, or null. */
export function history(first) {
  let before = [], now = first, after = [];
  return {
    note(state) {
      if (state === now) return;
      before = [...before.slice(1 - MOST), now];
      now = state;
      after = [];
    },
    undo() {
      if (!before.length) return null;
      after.push(now);
      return (now = before.pop());
    },
    redo() {
      if (!after.length) return null;
      before.push(now);
      return (now = after.pop());
    },
    get canUndo() { return before.length > 0; },
    get canRedo() { return after.length > 0; },
  };
}
