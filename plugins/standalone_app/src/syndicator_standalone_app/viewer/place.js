// Where the viewer is and what they read: the address first, then what they chose before, then what
// the server or the browser knows. Only places that the catalogue has are ever chosen.

import { load } from "./storage.js";

export async function chooseTerritory(catalogue, asked) {
  const open = Object.keys(catalogue.territories);
  const known = [asked?.toUpperCase(), load("territory")];
  const found = known.find((code) => open.includes(code));
  if (found || asked) return found ?? asked.toUpperCase();
  const guesses = [await hint(), ...navigator.languages.map((tag) => tag.split("-").at(-1))];
  return guesses.find((code) => open.includes(code)) ?? open.sort()[0] ?? "";
}

// A server that knows where a viewer is says so in where.json; most have none.
async function hint() {
  try {
    const answer = await fetch("where.json", { cache: "no-cache" });
    return answer.ok ? (await answer.json()).territory : null;
  } catch {
    return null;
  }
}

export function chooseLanguage(catalogue, territory, asked) {
  const open = Object.keys(catalogue.territories[territory] ?? {}).sort();
  const wanted = [asked, load("language"), ...navigator.languages].filter(Boolean);
  for (const tag of wanted) {
    const exact = open.find((each) => each.toLowerCase() === tag.toLowerCase());
    const near = open.find((each) => each.split("-")[0] === tag.split("-")[0]);
    if (exact ?? near) return exact ?? near;
  }
  return open[0] ?? "";
}
