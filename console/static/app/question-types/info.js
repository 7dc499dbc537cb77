// Something to read.
import { register } from "../question-types.js";

register("info", { written: [] });
