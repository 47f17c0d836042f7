// A series: poster, words, what to play next, and every episode, locked ones shown as locked.

import { isPlayable, openCuts, poster, price } from "./catalogue.js";
import { say } from "./i18n.js";
import { icon } from "./icons.js";
import { address, announce, element, fill } from "./page.js";
import { progress } from "./storage.js";

export function seriesPage(where, app, series) {
  const cuts = openCuts(series);
  const source = poster(series.posters, 720);
  const trailer = cuts.find((cut) => cut.kind === "trailer" && isPlayable(cut));
  fill(where, element("article", { class: "series", lang: series.language },
    source ? element("img", { class: "cover", src: source, alt: "", width: 720, height: 1280 }) : null,
    element("div", { class: "about" },
      element("h1", {}, series.title),
      element("p", { class: "facts" }, facts(series)),
      element("p", {}, series.synopsis),
      element("p", { class: "actions" },
        playButton(series, cuts),
        trailer ? element("a", { class: "button quiet", href: address(series.id, trailer.id) }, say("trailer")) : null,
        shareButton(app, series)),
      element("h2", {}, say("episodes")),
      episodeGrid(app, series, cuts))));
}

function facts(series) {
  const ratings = series.ratings.map((each) => `${each.system} ${each.value}`);
  return [series.year, ...ratings, ...series.keywords].filter(Boolean).join(" · ");
}

function playButton(series, cuts) {
  const seen = progress()[series.id];
  const playable = cuts.filter(isPlayable);
  const first = playable.find((cut) => cut.kind === "episode") ?? playable[0];
  const next = playable.find((cut) => cut.id === seen?.cut) ?? first;
  if (!next) return null;
  const text = seen ? `${say("resume")}: ${cutName(next)}` : say("play");
  return element("a", { class: "button", href: address(series.id, next.id) }, text);
}

export function cutName(cut) {
  if (cut.kind === "trailer") return say("trailer");
  return cut.title ?? (cut.number ? say("episode", { n: cut.number }) : cut.id);
}

export function episodeGrid(app, series, cuts, current) {
  return element("ol", { class: "episodes" }, ...cuts
    .filter((cut) => cut.kind === "episode")
    .map((cut) => element("li", {}, isPlayable(cut) ? open(series, cut, current) : closed(app, cut))));
}

function open(series, cut, current) {
  const here = cut.id === current;
  return element("a", {
    href: address(series.id, cut.id), "aria-label": cutName(cut), "aria-current": here ? "true" : null,
  }, String(cut.number));
}

function closed(app, cut) {
  const cost = price(cut, app.language);
  const label = [cutName(cut), say("locked"), cost].filter(Boolean).join(", ");
  return element("span", { class: "locked", role: "img", "aria-label": label },
    String(cut.number), element("small", {}, icon("locked"), cost ?? ""));
}

export function shareButton(app, series, cut) {
  const button = cut
    ? element("button", { class: "round share", type: "button", "aria-label": say("share") }, icon("share"))
    : element("button", { class: "button quiet share", type: "button" }, say("share"));
  button.addEventListener("click", () => share(app, series, cut));
  return button;
}

async function share(app, series, cut) {
  const query = new URLSearchParams({ territory: app.territory, lang: app.language });
  const url = `${location.origin}${location.pathname}?${query}${address(series.id, cut?.id)}`;
  try {
    if (navigator.share) await navigator.share({ title: series.title, url });
    else {
      await navigator.clipboard.writeText(url);
      announce(say("copied"));
    }
  } catch (error) {
    if (error.name !== "AbortError") announce(url);
  }
}
