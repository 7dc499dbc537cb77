// A grade: a whole number between two ends, as the scale.
import { register } from "../question-types.js";
import { scale } from "./scale.js";

register("rating", scale);
