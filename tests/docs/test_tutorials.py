"""The tutorials do what they say: files are written, commands run, and output compared."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

TUTORIALS = Path(__file__).resolve().parents[2] / "docs" / "tutorial"
FENCE = re.compile(r"^```([\w-]+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Reader:
    """Somebody who follows a tutorial to the letter, beginning in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.here = folder
        self.port = ""
        self.running: subprocess.Popen[str] | None = None
        bin_ = Path(sys.executable).parent
        self.environ = {
            **os.environ,
            "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(folder),
            "LC_ALL": "C.UTF-8",
        }

    def follow(self, page: str, port: str = "8801") -> int:
        """Do every step, with a port that is free; return how many commands there were."""
        text = (TUTORIALS / page).read_text("utf-8").replace("8801", port)
        self.port = port
        commands = 0
        for language, title, body in FENCE.findall(text):
            if title:
                path = self.here / title
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(body, "utf-8")
                if title == "pyproject.toml":
                    self.install(path)
            elif language == "console":
                for command, expected in steps(body):
                    self.step(command, expected)
                    commands += 1
            elif language == "second":
                self.second(body.strip())
            elif language == "sign-in":
                self.sign_in(body.split())
        return commands

    def install(self, project: Path) -> None:
        """Do what `pip install --editable .` does, for this reader only: name the entry points."""
        data = tomllib.loads(project.read_text("utf-8"))["project"]
        info = self.here / f"{data['name'].replace('-', '_')}-{data['version']}.dist-info"
        info.mkdir()
        head = f"Metadata-Version: 2.1\nName: {data['name']}\nVersion: {data['version']}\n"
        (info / "METADATA").write_text(head)
        lines = [f"{name} = {where}" for name, where in data["entry-points"]["syndicator"].items()]
        (info / "entry_points.txt").write_text("\n".join(["[syndicator]", *lines, ""]))

    def second(self, command: str) -> None:
        """Type in the second terminal, where something goes on running until `^C`."""
        self.leave()
        if command != "^C":
            self.running = subprocess.Popen(
                command.split(), cwd=self.here, env=self.environ, stdout=subprocess.PIPE, text=True
            )
            assert self.port in self.running.stdout.readline()

    def leave(self) -> None:
        """Stop what runs in the second terminal."""
        if self.running is not None:
            self.running.send_signal(signal.SIGINT)
            self.running.wait(10)
            self.running.stdout.close()
            self.running = None

    def sign_in(self, words: list[str]) -> None:
        """Open the address that signing in prints; the sandbox consents by itself."""
        with subprocess.Popen(
            words, cwd=self.here, env=self.environ, stdout=subprocess.PIPE, text=True
        ) as process:
            for line in process.stdout:
                if found := re.search(rf"http://127\.0\.0\.1:{self.port}/\S+", line):
                    urlopen(found[0], timeout=30).close()
        assert process.returncode == 0

    def step(self, command: str, expected: list[str]) -> None:
        if command.startswith("cd "):
            self.here = (self.here / command[3:]).resolve()
            return
        run = subprocess.run(
            ["sh", "-c", command],
            cwd=self.here,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
        said = [line.rstrip() for line in run.stdout.rstrip("\n").split("\n")]
        # Releases run side by side.
        in_any_order = re.match(r"syndicate( rehearse \S+)? release", command)
        if in_any_order:
            said, expected = sorted(said), sorted(expected)
        pattern = "".join(map(line_pattern, expected))
        assert re.fullmatch(pattern, "".join(f"{line}\n" for line in said)), (
            f"$ {command}\n" + "\n".join(said)
        )


def steps(body: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command with the lines it is said to print."""
    command, lines = "", []
    for line in body.rstrip("\n").split("\n"):
        if line.startswith("$ "):
            if command:
                yield command, lines or [""]
            command, lines = line[2:], []
        else:
            lines.append(line.rstrip())
    yield command, lines or [""]


def line_pattern(line: str) -> str:
    """`…` stands for anything in a line, and alone for any lines."""
    if line == "…":
        return r"(?:.*\n)*"
    return ".*".join(map(re.escape, line.split("…"))) + r"\n"


@pytest.mark.parametrize(
    ("page", "at_least"),
    [("first-release.md", 15), ("a-channel-in-an-afternoon.md", 8), ("a-green-matrix.md", 3)],
)
def test_a_tutorial_prints_what_it_says(page, at_least, tmp_path):
    assert Reader(tmp_path).follow(page) >= at_least


def test_a_season_is_rehearsed_from_pilot_to_takedown(tmp_path):
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = str(found.getsockname()[1])
    reader = Reader(tmp_path)
    try:
        assert reader.follow("a-season-in-an-afternoon.md", port=port) >= 25
    finally:
        reader.leave()


def test_what_the_first_tutorial_released_is_served(tmp_path):
    reader = Reader(tmp_path)
    reader.follow("first-release.md")
    server = subprocess.Popen(
        ["syndicate", "serve", "--port", "0"],
        cwd=reader.here,
        env=reader.environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        address = re.search(r"http://\S+", server.stdout.readline())[0]
        with urlopen(address) as page:
            assert b"<html" in page.read()
        with urlopen(f"{address}catalog.json") as catalogue:
            assert {"BR", "ID", "US"} <= json.load(catalogue)["territories"].keys()
    finally:
        server.terminate()
        server.wait(10)
        server.stdout.close()


def test_a_tutorial_that_says_something_else_is_caught(tmp_path):
    with pytest.raises(AssertionError, match="Everything"):
        Reader(tmp_path).step("echo Everything is in order.", ["Everything is in disorder."])
