"""The viewer in a real Chromium, on the example workspace as it was really released."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from syndicator_standalone_app.serving import Server, make_server

pytestmark = pytest.mark.browser
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "two-series"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PLAYING = "document.querySelector('video')?.currentTime > 0.4"


def browser_path() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs a Chromium: scripts/install-browser")
        pytest.skip("no Chromium was found: run scripts/install-browser to test the viewer")
    return found


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, released; the trailer of one series withdrawn from the US again."""
    browser_path()
    folder = tmp_path_factory.mktemp("example") / "w"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".syndicator", "app", "*.db*"))
    command = [sys.executable, "-m", "syndicator", "-C", str(folder)]
    subprocess.run([*command, "release"], check=True, capture_output=True)
    gone = ["withdraw", "second-heir/trailer", "--territory", "US", "--reason", "test", "--yes"]
    subprocess.run([*command, *gone], check=True, capture_output=True)
    return folder / "app"


def serving(folder: Path, **more: Any) -> Iterator[Server]:
    server = make_server(folder, **more)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def server(released: Path) -> Iterator[Server]:
    yield from serving(released)


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def chromium(driver: Any, released: Path) -> Iterator[Any]:
    flags = [*FLAGS, "--autoplay-policy=no-user-gesture-required"]
    found = driver.chromium.launch(executable_path=browser_path(), args=flags)
    yield found
    found.close()


class Tab:
    """A page with what it complained of and whom it asked."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)
        page.on("request", self._asked)

    def _heard(self, message: Any) -> None:
        missing = "where.json" in (message.location or {}).get("url", "")
        if message.type == "error" and not missing:
            self.complaints.append(message.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.url, "blob:", "data:")):
            self.strangers.append(request.url)

    def go(self, where: str = "#/", territory: str = "BR", language: str = "pt-BR") -> Any:
        self.page.goto(f"{self.url}?territory={territory}&lang={language}{where}")
        self.page.wait_for_selector("main > *")
        return self.page


@pytest.fixture
def tab(chromium: Any, server: Server) -> Iterator[Tab]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    found = Tab(context.new_page(), server.url)
    yield found
    context.close()
    assert found.complaints == []
    assert found.strangers == []


def until(page: Any, expression: str, seconds: float = 15) -> None:
    """Wait until a page's expression is true; the page's policy allows no evaluation of its own."""
    for _ in range(round(seconds * 20)):
        if page.evaluate(f"Boolean({expression})"):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"not within {seconds} s: {expression}")


def hash_of(page: Any) -> str:
    return str(page.evaluate("location.hash"))


def test_an_episode_really_plays(tab: Tab) -> None:
    page = tab.go("#/s/lantern-street/ep001")
    until(page, PLAYING)
    first = page.evaluate("document.querySelector('video').currentTime")
    page.wait_for_timeout(700)
    video = page.evaluate(
        "(() => { const v = document.querySelector('video');"
        " return [v.currentTime, v.videoWidth, v.videoHeight, v.paused] })()"
    )
    assert video[0] > first
    assert video[1:] == [720, 1280, False]


def test_the_next_episode_comes_by_key_by_swipe_and_by_itself(tab: Tab) -> None:
    page = tab.go("#/s/lantern-street/ep001")
    until(page, PLAYING)
    page.keyboard.press("ArrowDown")
    until(page, "location.hash === '#/s/lantern-street/ep002'")
    until(page, PLAYING)
    page.evaluate(
        """() => {
          const stage = document.querySelector('.stage');
          const at = (y) => new Touch({ identifier: 1, target: stage, clientX: 100, clientY: y });
          stage.dispatchEvent(new TouchEvent('touchstart', { touches: [at(600)], bubbles: true }));
          stage.dispatchEvent(new TouchEvent('touchend',
            { changedTouches: [at(200)], bubbles: true }));
        }"""
    )
    until(page, "location.hash === '#/s/lantern-street/ep003'")
    until(page, PLAYING)
    page.evaluate("(() => { const v = document.querySelector('video');"
                  " v.currentTime = v.duration - 0.3 })()")  # fmt: skip
    until(page, "location.hash === '#/s/lantern-street/ep004'")
    page.keyboard.press("ArrowUp")
    until(page, "location.hash === '#/s/lantern-street/ep003'")


CUES = (
    "[...document.querySelector('video').textTracks].filter(t => t.mode === 'showing')"
    ".flatMap(t => [...(t.activeCues ?? [])].map(c => c.text))"
)


def test_captions_follow_the_language_and_the_choice_is_kept(tab: Tab) -> None:
    page = tab.go("#/s/lantern-street/ep001")
    until(page, f"({CUES})[0] === '1: Ninguém acende a última lanterna.'")
    page.select_option("select.captions", "en")
    page.evaluate("document.querySelector('video').currentTime = 0.5")
    until(page, f"({CUES})[0] === '1: Nobody lights the last lantern.'")
    page.select_option("select.captions", "off")
    page.keyboard.press("Escape")
    page.evaluate("location.hash = '#/s/lantern-street/ep002'")
    until(page, "document.querySelector('select.captions')?.value === 'off'")
    until(page, PLAYING)
    assert page.evaluate(CUES) == []


def test_titles_are_in_the_language_chosen(tab: Tab) -> None:
    page = tab.go()
    assert page.get_by_role("link", name="Rua das Lanternas").is_visible()
    assert page.evaluate("document.documentElement.lang") == "pt-BR"
    page.select_option("#language", "en")
    page.get_by_role("link", name="Lantern Street").wait_for()
    assert "lang=en" in page.url


def test_one_goes_on_where_one_stopped(tab: Tab) -> None:
    page = tab.go("#/s/lantern-street/ep002")
    until(page, "document.querySelector('video')?.currentTime > 2.6")
    tab.go()
    row = page.get_by_role("region", name="Continue assistindo")
    row.get_by_role("link", name="Rua das Lanternas").click()
    until(page, "location.hash === '#/s/lantern-street/ep002'")
    until(page, "document.querySelector('video')?.currentTime > 1.9")


def test_a_territory_sees_only_what_is_open_there(tab: Tab) -> None:
    page = tab.go("#/s/second-heir", territory="BR")
    assert page.get_by_role("link", name="Trailer").count() == 1
    page = tab.go("#/s/second-heir", territory="US", language="en")
    page.get_by_role("heading", name="The Second Heir").wait_for()
    assert page.get_by_role("link", name="Trailer").count() == 0
    tab.go("#/s/second-heir/trailer", territory="US", language="en")
    assert page.get_by_text("This is not available here.").is_visible()
    tab.go("#/", territory="JP", language="en")
    assert page.get_by_text("Nothing is out here yet.").is_visible()


def test_a_locked_episode_shows_its_price_and_has_no_media(tab: Tab, released: Path) -> None:
    page = tab.go("#/s/second-heir", language="en")
    locked = page.get_by_role("img", name="Episode 4, Locked")
    assert "0.99" in (locked.get_attribute("aria-label") or "")
    tab.go("#/s/second-heir/ep004", language="en")
    assert page.get_by_text("This episode is locked.").is_visible()
    assert page.locator("video").count() == 0
    assert not (released / "media" / "second-heir" / "ep004").exists()
    assert "ep005" not in page.content(), "the finale of 2030 is nowhere yet"


def test_a_shared_link_opens_the_same_episode_in_the_same_place(tab: Tab) -> None:
    page = tab.go("#/s/lantern-street/ep003", territory="ID", language="en")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("delete Navigator.prototype.share")
    page.get_by_role("button", name="Share").click()
    page.get_by_text("Link copied").wait_for(state="attached")
    link = page.evaluate("navigator.clipboard.readText()")
    page.goto("about:blank")
    page.goto(link)
    until(page, PLAYING)
    assert hash_of(page) == "#/s/lantern-street/ep003"
    assert "territory=ID" in page.url


def test_everything_is_reached_by_keyboard_and_has_a_name(tab: Tab) -> None:
    page = tab.go(language="en")
    assert page.get_by_role("banner").is_visible()
    assert page.get_by_role("main").is_visible()
    page.get_by_role("link", name="Lantern Street").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Lantern Street").wait_for()
    assert page.evaluate("document.activeElement.id") == "main", "focus follows to the new page"
    page.get_by_role("link", name="Play").focus()
    page.keyboard.press("Enter")
    until(page, PLAYING)
    for name in ("Pause", "Mute", "Episode list", "Share", "Back"):
        assert (
            page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).count()
        )
    assert page.get_by_role("slider", name="Position").is_visible()
    page.keyboard.press(" ")
    until(page, "document.querySelector('video').paused")
    page.keyboard.press("Escape")
    until(page, "location.hash === '#/s/lantern-street'")


def test_a_phone_never_scrolls_sideways(tab: Tab) -> None:
    for where in ("#/", "#/s/second-heir", "#/s/second-heir/ep001"):
        page = tab.go(where)
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_title_is_text_whatever_it_holds(chromium: Any, released: Path, tmp_path: Path) -> None:
    folder = tmp_path / "app"
    shutil.copytree(released, folder, ignore=shutil.ignore_patterns("media"))
    root = json.loads((folder / "catalog.json").read_text())
    path = folder / root["territories"]["BR"]["en"]
    document = json.loads(path.read_text())
    document["series"][0]["title"] = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    path.write_text(json.dumps(document))
    for server in serving(folder):
        context = chromium.new_context()
        tab = Tab(context.new_page(), server.url)
        heard = tab.complaints
        tab.page.on("dialog", lambda dialog, heard=heard: heard.append(dialog.message))
        tab.go(language="en")
        assert tab.page.get_by_text("<img src=x onerror=alert(1)>").is_visible()
        context.close()
        assert heard == []


def test_the_shell_opens_without_a_network_and_says_so(chromium: Any, released: Path) -> None:
    context = chromium.new_context()
    page = context.new_page()
    for server in serving(released):
        page.goto(f"{server.url}?territory=BR&lang=en")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        until(page, "navigator.serviceWorker.controller !== null")
        page.reload()
        page.wait_for_selector(".posters a")
        address = server.url
    context.set_offline(True)
    page.goto(f"{address}?territory=BR&lang=en")
    page.wait_for_selector("main > *")
    assert page.get_by_role("banner").is_visible()
    context.close()


def test_an_empty_app_and_broken_media_say_a_sentence(
    chromium: Any, released: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "app"
    shutil.copytree(released, folder)
    for part in (folder / "media" / "lantern-street" / "ep001").rglob("segment-*"):
        part.unlink()
    for server in serving(folder):
        context = chromium.new_context(locale="en-US")
        page = context.new_page()
        page.goto(f"{server.url}?territory=BR&lang=en#/s/lantern-street/ep001")
        page.get_by_text("This video does not play.").wait_for(timeout=20_000)
        (folder / "catalog.json").unlink()
        page.goto(f"{server.url}?fresh")
        page.get_by_text("Nothing is out here yet.").wait_for()
        context.close()


REFUSE_SOUND = """
let touched = false;
addEventListener("click", () => { touched = true; }, true);
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  return this.muted || touched ? play.call(this)
    : Promise.reject(new DOMException("no sound before a touch", "NotAllowedError"));
};
"""
"""What browsers do by default; a headless one does not, so it is told to."""


def test_where_sound_is_refused_it_starts_silent_and_offers_sound(tab: Tab) -> None:
    tab.page.add_init_script(REFUSE_SOUND)
    page = tab.go("#/s/lantern-street/ep001", language="en")
    until(page, PLAYING)
    assert page.evaluate("document.querySelector('video').muted")
    page.get_by_role("button", name="Turn sound on").first.click()
    assert not page.evaluate("document.querySelector('video').muted")
