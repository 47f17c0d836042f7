"""Draw what `syndicate status` prints: python scripts/picture_status.py FOLDER OUT.png."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path
from shutil import which

COLOURS = {"31": "#ff7a6b", "32": "#3ecf85", "33": "#e0a030", "34": "#7fa6ff", "35": "#e07cf5",
           "36": "#4fd0da", "37": "#c8c8d0", "90": "#8a8a94", "91": "#ff5c7a"}  # fmt: skip
SIZE = (760, 516)


def main() -> None:
    folder, out = sys.argv[1:3]
    code = (
        "import click, sys; click.utils.should_strip_ansi = lambda *_: False\n"
        "from syndicator.cli import main; main(sys.argv[1:])"
    )
    command = [sys.executable, "-c", code, "-C", folder, "status"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    page = (
        "<meta charset=utf-8><style>body{margin:0;background:#131318;color:#eee;padding:18px 22px;"
        "font:15px/1.35 'DejaVu Sans Mono',monospace}pre{margin:0;font:inherit}</style>"
        f"<pre><b>$ syndicate -C {html.escape(Path(folder).name)} status</b>\n{coloured(text)}"
    )
    browser = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--disable-gpu"]
        )
        tab = chromium.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        tab.set_content(page)
        tab.screenshot(path=out)
        chromium.close()


def coloured(text: str) -> str:
    """Return terminal text as HTML."""
    parts = re.split(r"\x1b\[([\d;]*)m", text)
    found = [html.escape(parts[0])]
    for codes, piece in zip(parts[1::2], parts[2::2], strict=True):
        colour = next((COLOURS[code] for code in codes.split(";") if code in COLOURS), "")
        weight = "font-weight:700" if "1" in codes.split(";") else ""
        style = ";".join(filter(None, (f"color:{colour}" if colour else "", weight)))
        found.append(
            f"<span style='{style}'>{html.escape(piece)}</span>" if style else html.escape(piece)
        )
    return "".join(found)


if __name__ == "__main__":
    main()
