// The question types that pages draw. Each is a module of question-types/ that registers itself; which there are, and in
// which order staff are offered them, the server says (`DRAWN` in surveys/forms/types), whose pages load them.
const TYPES = new Map();

/**
 * Register a type. `written` is what staff write of a question beside its text, as data for questions.js; `field(question,
 * id)` gives how it is answered: `{element, read()}`, where `read` gives undefined while nothing is answered.
 */
export const register = (name, { written, field }) => TYPES.set(name, { written, field });

/** The type called so; undefined where pages do not draw it. */
export const drawn = (name) => TYPES.get(name);
