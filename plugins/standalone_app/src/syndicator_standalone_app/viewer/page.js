// Making elements. Text is always set as text: a title can hold anything and stays a title.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key === "selected") made.selected = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function fill(where, ...children) {
  where.replaceChildren(...children.filter(Boolean));
}

export function announce(text) {
  document.getElementById("said").textContent = text;
}

export function address(series, cut) {
  const path = [series, cut].filter(Boolean).map(encodeURIComponent).join("/");
  return `#/s/${path}`;
}
