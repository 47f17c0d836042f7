// What this browser remembers. Private windows may refuse; then nothing is remembered.

const PREFIX = "series:";

export function load(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

export function save(key, value) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // nothing is remembered
  }
}

// {series id: {cut, seconds, at}}, one entry a series.
export function progress() {
  return load("progress") ?? {};
}

export function remember(series, cut, seconds) {
  save("progress", { ...progress(), [series]: { cut, seconds, at: Date.now() } });
}
