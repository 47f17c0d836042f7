"use strict";
// Draws each picture when it is first to be seen, in the colours of the page.
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

  function drawVisible() {
    for (const place of document.querySelectorAll(".picture")) {
      if (!place.closest("details:not([open])")) draw(place);
    }
  }

  function recolour(isDark) {
    for (const place of drawn) if (place.layout) Plotly.relayout(place, colours(place.layout, isDark));
  }

  document.addEventListener("toggle", (event) => { if (event.target.open) drawVisible(); }, true);
  dark.addEventListener("change", () => recolour(dark.matches));
  addEventListener("beforeprint", () => recolour(false));
  addEventListener("afterprint", () => recolour(dark.matches));
  drawVisible();
})();
