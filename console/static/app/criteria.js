// Whom a message is for, between what the API says and what staff edit: groups of rules, of which all or any must hold.
//
// A rule is {name, not, values}, a group {mode, parts}. What is "not" about a group is said of its rules (De Morgan).
export const LISTS = ["areas", "interests", "languages", "ages"];
export const DEEPEST = 5;

const TURNED = { all: "any", any: "all" };

/** A criterion of the API, or what it does not mean, as a rule or a group. */
function read(criterion, not = false) {
  if (criterion.not) return read(criterion.not, !not);
  const name = LISTS.find((one) => criterion[one]);
  if (name) return { name, not, values: criterion[name] };
  const mode = criterion.all ? "all" : "any";
  return { mode: not ? TURNED[mode] : mode, parts: criterion[mode].map((part) => read(part, not)) };
}

/** A whole audience as one group; without parts it is everybody. */
export function fromAudience(audience = {}) {
  const lists = LISTS.filter((name) => audience[name]?.length).map((name) => ({ name, not: false, values: audience[name] }));
  const where = audience.where ? read(audience.where) : null;
  if (where?.parts && (!lists.length || where.mode === "all")) return { mode: where.mode, parts: [...lists, ...where.parts] };
  return { mode: "all", parts: where ? [...lists, where] : lists };
}

/** A rule or group as a criterion of the API; null for a group without parts. */
export function toCriterion(node) {
  if (node.values) return node.not ? { not: { [node.name]: node.values } } : { [node.name]: node.values };
  const parts = node.parts.map(toCriterion).filter(Boolean);
  return parts.length > 1 ? { [node.mode]: parts } : (parts[0] ?? null);
}
