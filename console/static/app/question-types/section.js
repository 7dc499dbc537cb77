// A heading that begins a page.
import { register } from "../question-types.js";

register("section", { written: [] });
