// The start: find out where the viewer is and which language they read, then show the page that
// the address names. Pages are functions that fill <main> and return what to do when they are left.

import { loadCatalogue, loadDocument } from "./catalogue.js";
import { home } from "./home.js";
import { say, setLanguage } from "./i18n.js";
import { element, fill } from "./page.js";
import { chooseTerritory, chooseLanguage } from "./place.js";
import { player } from "./player.js";
import { seriesPage } from "./series.js";
import * as storage from "./storage.js";

const main = document.getElementById("main");
const territories = document.getElementById("territory");
const languages = document.getElementById("language");

const app = { catalogue: null, territory: "", language: "", document: null };
let leave = () => {};
let turn = 0;

async function start() {
  try {
    app.catalogue = await loadCatalogue();
  } catch (error) {
    return trouble(error, start);
  }
  document.getElementById("brand").textContent = app.catalogue.name;
  const query = new URLSearchParams(location.search);
  app.territory = await chooseTerritory(app.catalogue, query.get("territory"));
  app.language = chooseLanguage(app.catalogue, app.territory, query.get("lang"));
  fillPickers();
  await show();
}

function fillPickers() {
  const names = new Intl.DisplayNames([app.language || "en"], { type: "region" });
  fill(territories, ...Object.keys(app.catalogue.territories).sort().map((code) =>
    element("option", { value: code, selected: code === app.territory }, names.of(code))));
  const here = app.catalogue.territories[app.territory] ?? {};
  fill(languages, ...Object.keys(here).sort().map((tag) =>
    element("option", { value: tag, lang: tag, selected: tag === app.language },
      app.catalogue.languages[tag] ?? tag)));
  setLanguage(app.language);
  document.documentElement.lang = app.language || "en";
  document.getElementById("territory-label").textContent = say("territory");
  document.getElementById("language-label").textContent = say("language");
  document.getElementById("skip").textContent = say("skip");
}

territories.addEventListener("change", () => {
  app.territory = territories.value;
  app.language = chooseLanguage(app.catalogue, app.territory, app.language);
  moved();
});
languages.addEventListener("change", () => {
  app.language = languages.value;
  moved();
});

// What was chosen belongs into the address: a reload or a shared link must show the same.
function moved() {
  storage.save("territory", app.territory);
  storage.save("language", app.language);
  const query = new URLSearchParams({ territory: app.territory, lang: app.language });
  history.replaceState(null, "", `?${query}${location.hash}`);
  fillPickers();
  show();
}

async function show() {
  const mine = ++turn;
  leave();
  leave = () => {};
  const [, series, cut] = location.hash.match(/^#\/s\/([^/]+)(?:\/([^/]+))?$/)?.map(
    (part) => part && decodeURIComponent(part)) ?? [];
  document.body.classList.toggle("playing", Boolean(cut));
  try {
    const path = app.catalogue.territories[app.territory]?.[app.language];
    app.document = path ? await loadDocument(path) : { series: [] };
    const entry = app.document.series.find((each) => each.id === series);
    const told = entry ? await loadDocument(entry.document) : null;
    if (mine !== turn) return;
    const shown = series ? (told ? (cut ? player : seriesPage) : notHere) : home;
    leave = shown(main, app, told, cut) ?? (() => {});
  } catch (error) {
    if (mine === turn) trouble(error, show);
    return;
  }
  document.title = pageTitle(series);
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function pageTitle(series) {
  const entry = app.document.series.find((each) => each.id === series);
  return entry ? `${entry.title} · ${app.catalogue.name}` : app.catalogue.name;
}

function notHere(where) {
  fill(where, element("section", { class: "notice" },
    element("h1", {}, say("not-here")),
    element("p", {}, say("not-here-more")),
    element("a", { class: "button", href: "#/" }, say("home"))));
}

function trouble(error, again) {
  console.warn(error);
  const retry = element("button", { class: "button", type: "button" }, say("again"));
  retry.addEventListener("click", again);
  fill(main, element("section", { class: "notice", role: "alert" },
    element("h1", {}, navigator.onLine ? say("trouble") : say("offline")), retry));
}

addEventListener("hashchange", show);
// The service worker keeps the shell, so that the app opens without a network.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("sw.js").catch(() => {});
start();
