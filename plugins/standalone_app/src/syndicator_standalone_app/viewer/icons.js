// Signs drawn as paths: a phone without an emoji font shows them too.

const PATHS = {
  pause: "M7 5h4v14H7zM13 5h4v14h-4z",
  play: "M8 5v14l11-7z",
  mute: "M4 9v6h4l5 4V5L8 9zM16 8.5a5 5 0 0 1 0 7l1.4 1.4a7 7 0 0 0 0-9.8z",
  unmute: "M4 9v6h4l5 4V5L8 9zM15 9.4 16.4 8 19 10.6 21.6 8 23 9.4 20.4 12 23 14.6 21.6 16 19 13.4 16.4 16 15 14.6 17.6 12z",
  list: "M4 6h16v2H4zM4 11h16v2H4zM4 16h16v2H4z",
  share: "M12 3l5 5h-3v7h-4V8H7zM5 13h2v6h10v-6h2v8H5z",
  previous: "M12 8l7 7-1.5 1.5L12 11l-5.500 5.500L5 15z",
  next: "M12 16l-7-7 1.500-1.500L12 13l5.500-5.500L19 9z",
  back: "M15.500 5 17 6.500 11.500 12 17 17.500 15.500 19l-7-7z",
  close: "M6.400 5 12 10.600 17.600 5 19 6.400 13.400 12 19 17.600 17.600 19 12 13.400 6.400 19 5 17.600 10.600 12 5 6.400z",
  locked: "M7 10V7a5 5 0 0 1 10 0v3h1v11H6V10zm2 0h6V7a3 3 0 0 0-6 0z",
};
const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  made.append(path);
  return made;
}
