// A page that is made to be printed.
import { $ } from "./elements.js";

$("#print").onclick = () => print();
