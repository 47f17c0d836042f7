// The first page: what one was watching, then everything that is open here.

import { poster } from "./catalogue.js";
import { say } from "./i18n.js";
import { address, element, fill } from "./page.js";
import { progress } from "./storage.js";

export function home(where, app) {
  const every = app.document.series;
  if (!every.length) {
    fill(where, element("section", { class: "notice" },
      element("h1", {}, say("empty")), element("p", {}, say("empty-more"))));
    return;
  }
  const watched = progress();
  const begun = every.filter((each) => watched[each.id])
    .sort((a, b) => watched[b.id].at - watched[a.id].at);
  fill(where,
    element("h1", { class: "unseen" }, app.catalogue.name),
    begun.length ? row("continue", begun, (each) => address(each.id, watched[each.id].cut)) : null,
    row("all", every, (each) => address(each.id)));
}

function row(title, every, target) {
  const id = `row-${title}`;
  return element("section", { "aria-labelledby": id },
    element("h2", { id }, say(title)),
    element("ul", { class: `posters ${title}` }, ...every.map((each) => card(each, target(each)))));
}

function card(series, href) {
  const source = poster(series.posters, 360);
  const picture = source
    ? element("img", { src: source, alt: "", loading: "lazy", width: 360, height: 640 })
    : element("span", { class: "blank", "aria-hidden": "true" }, series.title.slice(0, 1));
  const count = say("of", { open: series.episodes_open, total: series.episodes_total });
  return element("li", {}, element("a", { href },
    picture, element("strong", {}, series.title), element("small", {}, count)));
}
