// What was done to something, step by step, so that it can be undone and done again.

/**
 * Keeps the states of something; `show(state)` puts one back, `changed({ undo, redo })` hears which ways are open.
 * Steps that are `small`, one after the other, are undone together: letters typed into a field.
 */
export function undoing(show, changed) {
  let past = [], present = null, future = [], wasSmall = false;
  const tell = () => changed({ undo: past.length > 0, redo: future.length > 0 });
  function go(from, to) {
    if (!from.length) return;
    to.push(present);
    present = from.pop();
    wasSmall = false;
    show(present);
    tell();
  }
  return {
    note(state, { small = false } = {}) {
      if (JSON.stringify(state) === JSON.stringify(present)) return;
      if (!(small && wasSmall)) past.push(present);
      [present, future, wasSmall] = [state, [], small];
      tell();
    },
    undo: () => go(past, future),
    redo: () => go(future, past),
    /** Begin anew from a state. */
    begin(state) { [past, present, future, wasSmall] = [[], state, [], false]; tell(); },
  };
}
