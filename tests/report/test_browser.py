"""The page in a real Chromium: drawn, quiet, told by pointing, and deaf to the network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from .conftest import HOSTILE, REASON, Shell

pytestmark = pytest.mark.browser
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
DRAWN = """() => [...document.querySelectorAll('.picture')]
  .filter((each) => !each.closest('details:not([open])'))
  .every((each) => each.querySelector('.main-svg'))"""
GAPS = "(gd) => gd.data[0].z.flat().filter((each) => each !== null).length"


def browser_path() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs a Chromium: scripts/install-browser")
        pytest.skip("no Chromium was found: run scripts/install-browser to test the report")
    return found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = browser_path()
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield found
        found.close()


class Tab:
    """A page opened from disk, with what it complained of and whom it asked."""

    def __init__(self, context: Any, path: Path) -> None:
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.reached: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda told: self.complaints.append(told.text))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("requestfinished", lambda request: self.reached.append(request.url))
        self.url = path.as_uri()
        self.page.goto(self.url)
        self.page.wait_for_function(DRAWN)

    def data(self, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate(
            f"document.querySelector('#{name}').data.map(({{name, type, x, y, hovertext}}) => "
            "({name, type, x: [...(x ?? [])], y: [...(y ?? [])], hovertext}))"
        )
        return found

    def count(self, selector: str) -> int:
        return int(self.page.locator(selector).count())


@pytest.fixture(scope="module")
def page_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("page") / "report.html"


@pytest.fixture
def tab(chromium: Any, page_path: Path, request: pytest.FixtureRequest) -> Iterator[Tab]:
    """The page, made once for all tests."""
    if not page_path.exists():
        full: Shell = request.getfixturevalue("full")
        assert full("report", "--html", str(page_path)).code == 0
    path = page_path
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    yield Tab(context, path)
    context.close()


def test_every_picture_is_drawn_and_the_page_asks_nobody(tab: Tab) -> None:
    tab.page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
    tab.page.wait_for_function(DRAWN)
    assert tab.count(".picture .main-svg") >= tab.count(".picture") >= 6
    strangers = [each for each in tab.asked if each != tab.url and not each.startswith("data:")]
    assert strangers == []
    assert tab.complaints == []
    assert tab.page.title() != "owned"
    assert tab.page.title().startswith(HOSTILE.split("<b>")[0][:9])


def test_as_many_marks_are_drawn_as_the_data_have(tab: Tab) -> None:
    marks = sum(len(each["x"]) for each in tab.data("picture-calendar"))
    assert tab.count("#picture-calendar .scatterlayer .point") == marks > 0
    bars = [each for each in tab.data("picture-rights-0") if each["type"] == "bar"]
    names = " ".join(each["name"] for each in bars)
    assert "licensed" in names
    assert "outside" in names
    drawn = tab.count("#picture-rights-0 .barlayer .point")
    assert drawn == sum(len(each["x"]) for each in bars)
    ink = tab.page.eval_on_selector_all(
        "#picture-rights-0 pattern *",
        "found => found.map((each) => getComputedStyle(each).fill)",
    )
    assert "rgb(200, 16, 46)" in ink, "conflicts are red"
    assert tab.count("#picture-status image") == 1
    squares = tab.page.locator("#picture-status").evaluate(GAPS)
    assert tab.count("#picture-status .heatmap-label text, #picture-status .heatmaplayer text") == (
        squares
    )
    lines = tab.data("picture-balance")
    assert tab.count("#picture-balance .scatterlayer .js-line") == len(lines)


def test_pointing_at_a_mark_tells_what_it_is(tab: Tab) -> None:
    place = tab.page.locator("#picture-calendar")
    place.scroll_into_view_if_needed()
    whole = place.locator(".bglayer, .draglayer .nsewdrag").last.bounding_box()
    boxes = [each.bounding_box() for each in place.locator(".scatterlayer .point").all()]
    box = next(each for each in boxes if whole["x"] < each["x"] < whole["x"] + whole["width"] - 20)
    tab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    told = place.locator(".hoverlayer .hovertext").first
    told.wait_for()
    words = " ".join(told.all_text_contents()[0].split())
    wanted = {text.split("<br>")[0] for each in tab.data("picture-calendar")
              for text in each["hovertext"]}  # fmt: skip
    assert any(" ".join(each.split()) in words for each in wanted), words
    assert "UTC" in words


def test_hostile_words_are_shown_as_they_are(tab: Tab) -> None:
    heading = tab.page.locator("#rights h3").first.text_content()
    assert heading == f"s0: {HOSTILE}"
    decided = next(n for n, each in enumerate(tab.data("picture-waves"))
                   if "decided" in each["name"])  # fmt: skip
    tab.page.evaluate(
        "([curve]) => Plotly.Fx.hover(document.querySelector('#picture-waves'), "
        "[{curveNumber: curve, pointNumber: 0}], ['xy'])", [decided],
    )  # fmt: skip
    told = tab.page.locator("#picture-waves .hoverlayer .hovertext").first
    told.wait_for()
    assert REASON in told.text_content()
    assert "<ana>" in told.text_content()
    assert tab.count("img") == 0
    assert tab.page.title() != "owned"


def test_what_somebody_adds_to_the_page_does_not_run(tab: Tab) -> None:
    tab.page.evaluate(
        "() => { const added = document.createElement('script');"
        "added.textContent = \"document.title = 'owned'\"; document.body.append(added);"
        "const image = new Image(); image.src = 'https://example.invalid/x.png';"
        "document.body.append(image); }"
    )
    tab.page.wait_for_function("() => document.images[0]?.complete")
    assert tab.page.title() != "owned"
    assert any("script-src" in each for each in tab.complaints)
    assert any("example.invalid" in each and "img-src" in each for each in tab.complaints)
    assert tab.reached == [tab.url]


def test_colours_follow_the_page_and_print_is_light(tab: Tab) -> None:
    def ink() -> str:
        layout = "document.querySelector('#picture-calendar').layout.font.color"
        return str(tab.page.evaluate(layout))

    assert ink() == "#1b1b1f"
    tab.page.emulate_media(color_scheme="dark")
    tab.page.wait_for_function(
        "() => document.querySelector('#picture-calendar').layout.font.color === '#eeeeee'"
    )
    tab.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert ink() == "#1b1b1f"


def test_a_keyboard_and_a_screen_reader_find_everything(tab: Tab) -> None:
    levels = tab.page.eval_on_selector_all(
        "h1, h2, h3", "found => found.map((each) => Number(each.tagName[1]))"
    )
    assert levels[0] == 1
    assert all(later - before <= 1 for before, later in pairwise(levels))
    labels = tab.page.eval_on_selector_all(
        ".picture", "found => found.map((each) => [each.getAttribute('role'), each.ariaLabel])"
    )
    assert all(role == "img" and len(label) > 20 for role, label in labels)
    assert tab.count("figure > details table caption") == len(labels)
    tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("document.activeElement.textContent") == "To the content"
    summary = tab.page.locator("#calendar summary").first
    summary.focus()
    tab.page.keyboard.press("Enter")
    assert tab.page.locator("#calendar table").first.is_visible()
