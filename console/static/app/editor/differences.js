// Where two drafts say different things.

/** Every value of a document by its JSON pointer. */
function flat(part, pointer = "", found = new Map()) {
  if (part === null || typeof part !== "object") found.set(pointer, part);
  else for (const [name, inside] of Object.entries(part)) flat(inside, `${pointer}/${name}`, found);
  return found;
}

/** `[{pointer, one, other}]`, in the order in which the first says them. */
export function differences(one, other) {
  const [left, right] = [flat(one), flat(other)];
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((pointer) => left.get(pointer) !== right.get(pointer))
    .map((pointer) => ({ pointer, one: left.get(pointer), other: right.get(pointer) }));
}
