// Joining: no name, no number, no e-mail.
import { announce } from "../announcer.js";
import { post } from "../api.js";
import { $, el, field, fill } from "../elements.js";
import { attempt } from "../problems.js";
import { t, told } from "../told.js";
import { keep } from "./store.js";

export function show(place) {
  const code = el("input", { class: "ds-input", autocomplete: "off", spellcheck: "false", id: "link-code" });
  const press = el("button", { type: "button", class: "ds-button", "data-size": "lg", id: "join", onclick: () => register() }, t("app.join"));
  const linkPress = el("button", { type: "button", class: "ds-button", "data-variant": "secondary", onclick: () => register(code.value.trim()) }, t("app.join-link"));
  fill(place,
    el("h1", { class: "ds-heading", "data-size": "lg", tabindex: "-1" }, t("app.join-title", { name: told.municipality.name })),
    el("p", { class: "ds-paragraph", "data-size": "lg" }, t("app.join-lead")),
    el("ul", { class: "ds-list promises" }, ["name", "position", "secret", "leave"].map((one) => el("li", {}, el("b", {}, t(`app.promise-${one}`)), " ", t(`app.promise-${one}-text`)))),
    el("div", { class: "row" }, press),
    el("details", { class: "ds-details" }, el("summary", {}, t("app.second-device")),
      el("div", {}, el("div", { class: "stack" }, field(t("app.link-code"), code, { help: t("app.link-code-help") }), el("div", { class: "row" }, linkPress)))));

  const register = (link) => attempt($("#problem"), link === undefined ? press : linkPress, async () => {
    const body = link === undefined
      ? { municipality: told.municipality.number, language: told.language, platform: "web", app_version: "0.2.0" }
      : { municipality: told.municipality.number, language: told.language, platform: "web", app_version: "0.2.0", link };
    const me = await post("/v1/residents", body, { anonymous: true });
    keep((now) => { now.me = { id: me.id, token: me.token }; });
    announce(t("app.joined"));
    location.hash = "#/consents";
    dispatchEvent(new Event("medvirk:changed"));
  }, () => (link === undefined ? null : code));
}
