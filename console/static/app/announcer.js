// Telling people what has just been done, for the eye and for those who listen; also on the page that an act leads to.
const LEFT = "medvirk-said";
let clearing;

/** Say what has just happened. It stands for as long as it takes to read it twice. */
export function announce(text) {
  const place = document.getElementById("announcer");
  clearTimeout(clearing);
  place.textContent = "";
  setTimeout(() => { place.textContent = text; }, 50);
  clearing = setTimeout(() => { place.textContent = ""; }, 6_000 + 100 * text.length);
}

/** Go to a page and say there what was done here; without a path this page is loaded anew. */
export function leave(path, text) {
  sessionStorage.setItem(LEFT, text);
  if (path) location.assign(path);
  else location.reload();
}

const left = sessionStorage.getItem(LEFT);
if (left) {
  sessionStorage.removeItem(LEFT);
  announce(left);
}
