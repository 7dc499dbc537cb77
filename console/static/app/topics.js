// The topics that residents can follow: offered, renamed, retired.
import { leave } from "./announcer.js";
import { post, put, remove } from "./api.js";
import { confirmed } from "./confirm.js";
import { $, $$, fill, goTo } from "./elements.js";
import { localized, townLanguages } from "./localized.js";
import { finder } from "./pointers.js";
import { attempt } from "./problems.js";
import { picked, t, told } from "./told.js";

const form = $("#topic");
let label, renamed;

function write(topic = null) {
  renamed = topic;
  label = localized(t("topics.name"), townLanguages(), { value: topic?.label, maximum: 120, pointer: "/label" });
  fill($("#label"), label.element);
  $("#topic-heading").textContent = topic ? t("topics.rename-named", { name: picked(topic.label) }) : t("topics.new");
  $("#save").textContent = topic ? t("topics.save") : t("topics.add");
  $("#cancel").hidden = !topic;
}

/** The key that a name gives: small letters without accents; it is the topic's for good. */
function keyOf(name) {
  const taken = new Set(told.topics.map((topic) => topic.key));
  const plain = name.toLowerCase().replace(/[æä]/g, "ae").replace(/[øö]/g, "o").replace(/å/g, "a").normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 56) || "topic";
  for (let n = 1, key = plain; ; key = `${plain}-${++n}`) if (!taken.has(key)) return key;
}

const topic = (id) => told.topics.find((one) => one.id === id);
for (const button of $$("[data-rename]")) button.onclick = () => { write(topic(button.dataset.rename)); goTo($("#topic-heading")); };
for (const button of $$("[data-retire]")) {
  button.onclick = () => attempt($("#problem"), button, async () => {
    const { id, label: name, used } = topic(button.dataset.retire);
    const uses = Object.entries(used).map(([kind, count]) => t(`topics.used-${kind}`, { count }));
    const text = [t("topics.retire-text"), ...(uses.length ? [t("topics.retire-used", { uses: uses.join(", ") })] : [])].join(" ");
    if (!(await confirmed({ heading: t("topics.retire-heading", { name: picked(name) }), text, yes: t("topics.retire"), danger: true }))) return;
    await remove(`/v1/staff/interests/${id}`);
    leave(null, t("done.topic-retired"));
  });
}
$("#cancel").onclick = () => { write(); goTo($("#topic-heading")); };

form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt($("#topic-problem"), $("#save"), async () => {
    const written = label.read() ?? {};
    if (renamed) await put(`/v1/staff/interests/${renamed.id}`, { label: written });
    else await post("/v1/staff/interests", { key: keyOf(Object.values(written)[0] ?? ""), label: written });
    leave(null, renamed ? t("done.topic-renamed") : t("done.topic-added"));
  }, finder(form));
});

write();
