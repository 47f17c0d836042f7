// What is open where. catalog.json is asked for each time; documents never change under their name.

const documents = new Map();

export async function loadCatalogue() {
  const answer = await fetch("catalog.json", { cache: "no-cache" });
  if (answer.status === 404) return { name: document.title, languages: {}, territories: {} };
  if (!answer.ok) throw new Error(`catalog.json: ${answer.status}`);
  return answer.json();
}

export async function loadDocument(path) {
  if (!documents.has(path)) {
    const answer = await fetch(path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    documents.set(path, await answer.json());
  }
  return documents.get(path);
}

// A window that has closed since the catalogue was written is closed.
export function openCuts(series, now = Date.now()) {
  return series.cuts.filter((cut) => !cut.closes_at || Date.parse(cut.closes_at) > now);
}

export function isPlayable(cut) {
  return cut.access !== "locked" && Boolean(cut.hls);
}

export function poster(posters, width) {
  const widths = Object.keys(posters ?? {}).map(Number).sort((a, b) => a - b);
  const fits = widths.find((each) => each >= width) ?? widths.at(-1);
  return fits ? posters[fits] : null;
}

export function price(cut, language) {
  const money = cut.terms?.unlock_price;
  if (!money) return null;
  const format = new Intl.NumberFormat(language, { style: "currency", currency: money.currency });
  const digits = format.resolvedOptions().maximumFractionDigits;
  return format.format(money.minor / 10 ** digits);
}
