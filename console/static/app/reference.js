// The API's reference: found by any word of a call, or opened by its address.

const search = document.getElementById("search");
const found = document.getElementById("found");
const calls = [...document.querySelectorAll("details")];
const words = new Map(calls.map((call) => [call, call.textContent.toLowerCase()]));

const narrow = () => {
  const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const call of calls) call.hidden = !wanted.every((word) => words.get(call).includes(word));
  for (const group of document.querySelectorAll(".resource")) {
    group.hidden = !group.querySelector("details:not([hidden])");
  }
  const left = calls.filter((call) => !call.hidden).length;
  found.textContent = wanted.length ? `${left} of ${calls.length} calls` : "";
};

const open = () => {
  const call = calls.find((one) => one.id && one.id === location.hash.slice(1));
  if (!call) return;
  call.open = true;
  call.scrollIntoView();
};

search.addEventListener("input", narrow);
addEventListener("hashchange", open);
open();
