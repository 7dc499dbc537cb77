// A place, several places, a line or an area.
import { register } from "../question-types.js";

const GEOMETRIES = [["point", "survey.geometry-point"], ["points", "survey.geometry-points"], ["line", "survey.geometry-line"], ["area", "survey.geometry-area"]];

register("map", {
  written: [
    { choose: "geometry", label: "survey.geometry", choices: GEOMETRIES },
    { special: "mask" },
    { special: "layers" },
    { amounts: [{ name: "snap_m", label: "survey.snap", help: "survey.snap-help", value: 50 }] },
    { toggle: "comment", label: "survey.map-comment" },
  ],
});
