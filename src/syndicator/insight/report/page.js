"use strict";
// Draws each picture once what it is folded into is open, in the colours of the page.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const drawn = new Set();
  const config = { responsive: true, displayModeBar: false, displaylogo: false };

  function colours(layout, isDark) {
    const text = isDark ? "#eeeeee" : "#1b1b1f";
    const line = isDark ? "#34343f" : "#e3e3ea";
    const found = {
      "font.color": text, "hoverlabel.bgcolor": isDark ? "#2c2c36" : "#ffffff",
      "hoverlabel.font.color": text, "hoverlabel.align": "left",
    };
    for (const name of Object.keys(layout)) {
      if (/^[xy]axis\d*$/.test(name)) {
        found[`${name}.gridcolor`] = line;
        found[`${name}.color`] = text;
        found[`${name}.linecolor`] = line;
      }
    }
    return found;
  }

  function draw(place) {
    if (drawn.has(place)) return;
    drawn.add(place);
    const data = document.querySelector(`script[data-picture="${place.id}"]`);
    const figure = JSON.parse(data.textContent);
    Plotly.newPlot(place, figure.data, figure.layout, config).then(() =>
      Plotly.relayout(place, colours(figure.layout, dark.matches)));
  }

  function waiting() {
    return [...document.querySelectorAll(".picture")].filter(
      (place) => !drawn.has(place) && !place.closest("details:not([open])"));
  }

  // One at a time, so that the page can be read meanwhile.
  function drawNext() {
    const [place] = waiting();
    if (!place) return;
    draw(place);
    setTimeout(drawNext);
  }

  function recolour(isDark) {
    for (const place of drawn) {
      if (place.layout) Plotly.relayout(place, colours(place.layout, isDark));
    }
  }

  document.addEventListener("toggle", (event) => { if (event.target.open) drawNext(); }, true);
  dark.addEventListener("change", () => recolour(dark.matches));
  addEventListener("beforeprint", () => { waiting().forEach(draw); recolour(false); });
  addEventListener("afterprint", () => recolour(dark.matches));
  drawNext();
})();
