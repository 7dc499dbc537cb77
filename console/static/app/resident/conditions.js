// Whether a question is shown, given the answers before it; the server follows the same rules.

/**
 * What was answered as conditions see it: option keys, one number, or one date; words count as answered and as nothing
 * else; nothing answered is an empty list.
 */
export function chosen({ type, options = [] }, value) {
  if (value === undefined || value === null || value === "") return [];
  const other = options.find((option) => option.other)?.key ?? "";
  if (options.length) return [value].flat().map((one) => (typeof one === "object" ? other : one));
  return type !== "text" && ["string", "number"].includes(typeof value) ? [value] : ["\0answered"];
}

/** Whether a survey document's CONDITION holds of `answers`, the chosen values by question. */
export function holds(condition, answers) {
  if (condition.not) return !holds(condition.not, answers);
  if (condition.all) return condition.all.every((one) => holds(one, answers));
  if (condition.any) return condition.any.some((one) => holds(one, answers));
  const given = answers[condition.question] ?? [];
  const alike = (value, operand) => (typeof value === "string") === (typeof operand === "string");
  if ("answered" in condition) return given.length > 0 === condition.answered;
  if ("is" in condition) return given.includes(condition.is);
  if ("is_not" in condition) return !given.includes(condition.is_not);
  if ("any_of" in condition) return condition.any_of.some((one) => given.includes(one));
  if ("none_of" in condition) return !condition.none_of.some((one) => given.includes(one));
  if ("at_least" in condition) return given.some((value) => alike(value, condition.at_least) && value >= condition.at_least);
  return given.some((value) => alike(value, condition.at_most) && value <= condition.at_most);
}
