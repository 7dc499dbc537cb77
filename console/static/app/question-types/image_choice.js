// One of several pictures.
import { register } from "../question-types.js";

register("image_choice", { written: [{ list: "options", pictures: true }] });
