// The shell is kept so that the app opens without a network. catalog.json is never answered from
// memory while there is a network; documents, media and posters never change under their names.

const SHELL = "shell-1";
const KEPT = "kept-1";
const FILES = ["./", "app.js", "catalogue.js", "gestures.js", "home.js", "i18n.js", "icons.js", "page.js", "place.js", "player.js", "series.js",
  "storage.js", "stream.js", "style.css", "manifest.webmanifest", "icons/icon.svg", "vendor/hls/hls.light.min.js"];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((each) => ![SHELL, KEPT].includes(each)).map((each) => caches.delete(each))))
    .then(() => clients.claim()));
});

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || event.request.headers.has("range")) return;
  const path = url.pathname.slice(new URL(registration.scope).pathname.length);
  if (/^(catalog|posters)\//.test(path)) event.respondWith(keptFirst(event.request));
  else if (!path.startsWith("media/")) event.respondWith(networkFirst(event.request));
});

async function keptFirst(request) {
  const known = await caches.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(KEPT)).put(request, answer.clone());
  return answer;
}

async function networkFirst(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) (await caches.open(SHELL)).put(request, answer.clone());
    return answer;
  } catch (error) {
    const known = await caches.match(request, { ignoreSearch: request.mode === "navigate" });
    if (known) return known;
    throw error;
  }
}
