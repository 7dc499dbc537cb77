// Keeps the resident page's shell for when there is no network. Never the API, never tiles, never other pages.
const CACHE = "medvirk-shell-1";
const SHELL = ["/static/vendor/theme.css", "/static/vendor/designsystemet.css", "/static/vendor/inter-latin.woff2", "/static/app/app.css", "/static/app/map.css", "/static/app/icon.svg", "/static/app/tabs.svg"];

self.addEventListener("install", (event) => event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting())));

self.addEventListener("activate", (event) => event.waitUntil(
  caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)))).then(() => self.clients.claim())));

/** What may be kept: our own static files and the resident page itself. */
const shell = (request) => {
  const { origin, pathname } = new URL(request.url);
  return request.method === "GET" && origin === location.origin && !request.headers.has("authorization") && (pathname.startsWith("/static/") || pathname === "/app");
};

self.addEventListener("fetch", (event) => {
  if (!shell(event.request)) return;
  event.respondWith(fetch(event.request).then((answer) => {
    if (answer.ok) {
      const copy = answer.clone();
      event.waitUntil(caches.open(CACHE).then((cache) => cache.put(event.request, copy)));
    }
    return answer;
  }).catch(async () => (await caches.match(event.request, { ignoreSearch: event.request.mode === "navigate" })) ?? Response.error()));
});

// A knock says nothing but a tag; what it is about is read in the page. A letter (the municipality's choice) brings its own
// words, which the browser alone could decrypt. A recall takes away what the tag names.
const WORDS = {
  nb: ["Ny melding", "Åpne siden for å lese den."],
  nn: ["Ny melding", "Opne sida for å lese henne."],
  en: ["New message", "Open the page to read it."],
};

// A push may outlive what it is about by up to an hour: of what is over, only that there was something is shown.
const show = ({ tag, message: sent }) => {
  const message = sent && new Date(sent.expires_at) > new Date() ? sent : undefined;
  const [title, body] = message ? [message.title, message.body] : WORDS[new URL(location.href).searchParams.get("lang")] ?? WORDS.nb;
  return self.registration.showNotification(title, { body, tag, lang: message?.language, icon: "/static/app/icon.svg" });
};

const takeBack = async (tag) => (await self.registration.getNotifications({ tag })).forEach((shown) => shown.close());

self.addEventListener("push", (event) => {
  let told = {};
  try { told = event.data?.json() ?? {}; } catch { /* A knock without a readable tag is still a knock. */ }
  event.waitUntil(told.recalled ? takeBack(told.tag) : show(told));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.matchAll({ type: "window" }).then((pages) => pages.find((page) => new URL(page.url).pathname === "/app")?.focus() ?? self.clients.openWindow("/app#/surveys")));
});
