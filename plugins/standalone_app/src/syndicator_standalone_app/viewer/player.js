// The vertical player: one episode fills the screen; swipe, wheel or arrows go to the next.

import { isPlayable, openCuts, price } from "./catalogue.js";
import { bindKeys, bindSwipes } from "./gestures.js";
import { say } from "./i18n.js";
import { icon } from "./icons.js";
import { address, announce, element, fill } from "./page.js";
import { cutName, episodeGrid, shareButton } from "./series.js";
import { attach, preload } from "./stream.js";
import * as storage from "./storage.js";

const SPEEDS = [1, 1.25, 1.5, 2];
const REMEMBER_EVERY = 2; // seconds
const CAPTION_LINE = 70; // per cent from the top

export function player(where, app, series, id) {
  const cuts = openCuts(series).filter((cut) => cut.kind !== "volume" && cut.kind !== "movie");
  const cut = openCuts(series).find((each) => each.id === id);
  if (!cut) return notOpen(where, series);
  if (!isPlayable(cut)) return locked(where, app, series, cut);

  const around = neighbours(cuts, cut);
  const video = element("video", { playsinline: true, "aria-label": `${series.title}, ${cutName(cut)}` });
  const controls = overlay(app, series, cut, cuts, around, video);
  const stage = element("section", { class: "stage", "aria-label": cutName(cut) }, video, controls.root);
  fill(where, stage);

  addCaptions(video, cut, app);
  const detach = attach(video, cut.hls, () => controls.trouble());
  const letGo = [
    detach,
    keepProgress(video, series, cut),
    bindKeys({ next: () => go(series, around.next), previous: () => go(series, around.previous),
      toggle: () => toggle(video), mute: () => { video.muted = !video.muted; },
      seek: (by) => { video.currentTime = Math.max(0, video.currentTime + by); },
      captions: () => controls.nextCaptions(),
      back: () => { location.hash = address(series.id); } }),
    bindSwipes(stage, () => go(series, around.next), () => go(series, around.previous)),
  ];
  video.addEventListener("click", () => toggle(video));
  video.addEventListener("ended", () => (around.next ? go(series, around.next) : announce(say("end"))));
  video.addEventListener("playing", () => preload(around.next), { once: true });
  begin(video, controls);
  announce(say("now", { title: `${series.title}, ${cutName(cut)}` }));
  return () => letGo.forEach((each) => each());
}

function neighbours(cuts, cut) {
  const episodes = cuts.filter((each) => each.kind === "episode");
  const at = episodes.findIndex((each) => each.id === cut.id);
  if (at < 0) return { previous: null, next: episodes[0] ?? null };
  return { previous: episodes[at - 1] ?? null, next: episodes[at + 1] ?? null };
}

function go(series, cut) {
  if (cut) location.hash = address(series.id, cut.id);
}

function toggle(video) {
  if (video.paused) video.play().catch(() => {});
  else video.pause();
}

// Browsers refuse sound before a touch: then it starts silent, and says how to turn sound on.
async function begin(video, controls) {
  video.muted = storage.load("muted") === true;
  try {
    await video.play();
  } catch (error) {
    if (error.name !== "NotAllowedError") return;
    video.muted = true;
    controls.offerSound();
    await video.play().catch(() => {});
  }
}

function addCaptions(video, cut, app) {
  const chosen = storage.load("captions") ?? app.language;
  for (const each of cut.captions) {
    const track = element("track", { kind: "subtitles", src: each.src, srclang: each.language, label: each.label });
    track.addEventListener("load", () => raise(track.track));
    video.append(track);
  }
  showCaptions(video, nearest(cut.captions, chosen));
  // Browsers switch a track on by the system's language when the media is there: not against a choice.
  video.addEventListener("loadedmetadata", () => showCaptions(video, nearest(cut.captions, storage.load("captions") ?? app.language)));
}

// Above the controls, where a vertical picture has room.
function raise(track) {
  for (const cue of track.cues ?? []) {
    if (cue.line !== "auto") continue;
    cue.snapToLines = false;
    cue.line = CAPTION_LINE;
  }
}

function nearest(captions, tag) {
  if (tag === "off") return null;
  const exact = captions.find((each) => each.language === tag);
  return (exact ?? captions.find((each) => each.language.split("-")[0] === tag.split("-")[0]))?.language ?? null;
}

function showCaptions(video, language) {
  for (const track of video.textTracks) track.mode = track.language === language ? "showing" : "disabled";
}

function keepProgress(video, series, cut) {
  const seen = storage.progress()[series.id];
  if (seen?.cut === cut.id && seen.seconds > 1) {
    video.addEventListener("loadedmetadata", () => {
      if (seen.seconds < video.duration - 1) video.currentTime = seen.seconds;
    }, { once: true });
  }
  if (cut.kind === "episode") storage.remember(series.id, cut.id, seen?.cut === cut.id ? seen.seconds : 0);
  let last = 0;
  const keep = () => {
    if (cut.kind !== "episode" || Math.abs(video.currentTime - last) < REMEMBER_EVERY) return;
    last = video.currentTime;
    storage.remember(series.id, cut.id, last);
  };
  video.addEventListener("timeupdate", keep);
  return () => video.removeEventListener("timeupdate", keep);
}

function overlay(app, series, cut, cuts, around, video) {
  const position = element("input", { type: "range", min: 0, max: 1000, value: 0, class: "position", "aria-label": say("position") });
  position.addEventListener("input", () => { video.currentTime = (position.value / 1000) * (video.duration || 0); });
  video.addEventListener("timeupdate", () => { position.value = (video.currentTime / (video.duration || 1)) * 1000; });

  const pause = button("pause", () => toggle(video));
  const shown = () => sign(pause, video.paused ? "play" : "pause");
  video.addEventListener("play", shown);
  video.addEventListener("pause", shown);
  const sound = button("mute", () => { video.muted = !video.muted; storage.save("muted", video.muted); });
  video.addEventListener("volumechange", () => {
    sign(sound, video.muted ? "unmute" : "mute");
    if (!video.muted) unmute.hidden = true;
  });
  const unmute = element("button", { class: "button unmute", type: "button", hidden: true }, say("unmute"));
  unmute.addEventListener("click", () => { video.muted = false; unmute.hidden = true; });

  const captions = captionPicker(video, cut, app);
  const speed = speedPicker(video);
  const drawer = episodeDrawer(app, series, cuts, cut);
  const failed = element("p", { class: "media-trouble", role: "alert", hidden: true }, say("media-trouble"));
  const head = element("div", { class: "head" },
    element("a", { class: "round", href: address(series.id), "aria-label": say("back") }, icon("back")),
    element("div", { class: "names", lang: series.language }, element("strong", {}, series.title), element("span", {}, cutName(cut))));
  const tools = element("div", { class: "tools" },
    around.previous ? link("previous", series, around.previous) : null,
    pause, sound, captions, speed,
    button("list", () => drawer.showModal()),
    shareButton(app, series, cut),
    around.next ? link("next", series, around.next) : null);
  return {
    root: element("div", { class: "overlay" }, head, unmute, failed, element("div", { class: "foot" }, tools, position), drawer),
    trouble: () => { failed.hidden = false; },
    offerSound: () => { unmute.hidden = false; },
    nextCaptions: () => { captions.lastChild.selectedIndex = (captions.lastChild.selectedIndex + 1) % captions.lastChild.length; captions.lastChild.dispatchEvent(new Event("change")); },
  };
}

function button(name, does) {
  const made = element("button", { class: `round ${name}`, type: "button" });
  sign(made, name);
  made.addEventListener("click", does);
  return made;
}

function sign(made, name) {
  made.replaceChildren(icon(name));
  made.setAttribute("aria-label", say(name));
}

function link(name, series, cut) {
  return element("a", { class: `round ${name}`, href: address(series.id, cut.id), "aria-label": say(name) }, icon(name));
}

function captionPicker(video, cut, app) {
  const chosen = nearest(cut.captions, storage.load("captions") ?? app.language) ?? "off";
  const select = element("select", { class: "captions", "aria-label": say("captions") },
    element("option", { value: "off", selected: chosen === "off" }, say("off")),
    ...cut.captions.map((each) => element("option", { value: each.language, lang: each.language, selected: each.language === chosen }, each.label)));
  select.addEventListener("change", () => {
    storage.save("captions", select.value);
    showCaptions(video, select.value);
  });
  return element("label", { class: "pick" }, element("span", { "aria-hidden": "true" }, "CC"), select);
}

function speedPicker(video) {
  const select = element("select", { class: "speed", "aria-label": say("speed") },
    ...SPEEDS.map((each) => element("option", { value: each }, `${each}×`)));
  select.addEventListener("change", () => { video.playbackRate = Number(select.value); });
  return select;
}

function episodeDrawer(app, series, cuts, cut) {
  const close = element("button", { class: "round", type: "button", "aria-label": say("close") }, icon("close"));
  const drawer = element("dialog", { class: "drawer", "aria-label": say("list") }, close, element("h2", {}, series.title), episodeGrid(app, series, cuts, cut.id));
  close.addEventListener("click", () => drawer.close());
  drawer.addEventListener("click", (event) => { if (event.target === drawer || event.target.closest("a")) drawer.close(); });
  return drawer;
}

function locked(where, app, series, cut) {
  const cost = price(cut, app.language);
  fill(where, element("section", { class: "notice locked-page", lang: series.language },
    element("p", { class: "lock" }, icon("locked")),
    element("h1", {}, `${series.title}: ${cutName(cut)}`),
    element("p", {}, [say("locked-more"), cost].filter(Boolean).join(" ")),
    element("a", { class: "button", href: address(series.id) }, say("back"))));
}

function notOpen(where, series) {
  fill(where, element("section", { class: "notice" },
    element("h1", {}, say("not-here")), element("p", {}, say("not-here-more")),
    element("a", { class: "button", href: address(series.id) }, series.title)));
}
