"""A new plugin, written from Acme: it installs, passes its tests and the kit as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from syndicator.channel import API_VERSION

PACKAGE = "syndicator.channel.testing.acme"
MODULES = ("__init__.py", "channel.py", "sandbox.py", "trials.py")
NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
QUIET = re.compile(r"  # (noqa: |fmt: )[^\n]*")

PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "syndicator-{dashed}"
version = "0.1.0"
description = "{title} as a syndicator channel."
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["syndicator"]

# syndicator finds the channel by this name: adapter = "{name}" in syndicator.toml.
[project.entry-points.syndicator]
{name} = "syndicator_{name}"

[project.optional-dependencies]
test = ["pytest>=8", "pytest-xdist>=3.6"]

[tool.hatch.build.targets.wheel]
packages = ["src/syndicator_{name}"]
"""

README = """\
# syndicator-{dashed}

{title} as a channel of syndicator, written for channel API {api}.

    pip install -e '.[test]'
    pytest                          # its own tests, and the conformance kit
    syndicate plugin check {name}     # the kit alone, as a matrix
    syndicate sandbox {name}          # the platform on this machine, to watch

Everything here speaks to an invented platform, so that it works before the first change. To make it
yours, in this order:

1. `sandbox.py`: what your platform's pages say. Be strict: what they do not allow is refused.
2. `channel.py`: the steps. Save before the effect, ask before you repeat.
3. `trials.py`: options and credentials for the sandbox, limits, what it would refuse.
4. `pytest`, until the matrix is green. A cell that is not names the command that plays it again.

In `syndicator.toml`:

    [channels.my-{dashed}]
    adapter = "{name}"
    credentials = "env:{upper}_TOKEN"
    territories = ["WORLD"]
"""

CHANGELOG = """\
# Changes

## 0.1.0

- The first version.
"""

WORKFLOW = """\
name: test
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {python-version: "3.11"}
      - run: pip install -e '.[test]'
      - run: pytest -n auto
"""

CONFORMANCE = """\
from syndicator_{name}.channel import {title}

from syndicator.channel.testing import conformance

test_conformance = conformance({title})
"""

TEST = """\
\"\"\"What the conformance kit cannot know: the words, and what a person reads.\"\"\"

from syndicator_{name}.channel import {title}
from syndicator_{name}.sandbox import {title}Sandbox


def test_the_sandbox_refuses_a_post_without_its_bytes(tmp_path):
    with {title}Sandbox(tmp_path) as sandbox:
        assert sandbox.find("POST", "/v1/posts") not in (404, 405)
        assert sandbox.posts() == []


def test_the_options_are_described():
    for name, about in {title}.options_schema["properties"].items():
        assert about.get("description"), name
"""


def new_plugin(name: str, folder: Path) -> list[Path]:
    """Write a plugin and return its files.

    Args:
        name: the word after `adapter =`: lower case, digits and `_`.
        folder: where; it must not exist, or be empty.

    Raises:
        ValueError: the name cannot be one.
        FileExistsError: there is something in the folder.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for an adapter; write a-z, 0-9 and _, like acme_tv")
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; name another folder with --folder")
    written = []
    for path, text in _files(name):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        written.append(target)
    return written


def _files(name: str) -> Iterator[tuple[str, str]]:
    title = "".join(part.capitalize() for part in name.split("_"))
    words = {"name": name, "title": title, "upper": name.upper(),
             "dashed": name.replace("_", "-"), "api": API_VERSION}  # fmt: skip
    yield "pyproject.toml", PYPROJECT.format(**words)
    yield "README.md", README.format(**words)
    yield "CHANGELOG.md", CHANGELOG
    yield ".github/workflows/test.yml", WORKFLOW
    yield ".gitignore", "__pycache__/\n.venv/\n*.egg-info/\n.pytest_cache/\n"
    yield "tests/test_conformance.py", CONFORMANCE.format(**words)
    yield f"tests/test_{name}.py", TEST.format(**words)
    yield f"src/syndicator_{name}/py.typed", ""
    for module in MODULES:
        text = files(PACKAGE).joinpath(module).read_text(encoding="utf-8")
        yield f"src/syndicator_{name}/{module}", _renamed(text, name, title)


def _renamed(text: str, name: str, title: str) -> str:
    text = QUIET.sub("", text).replace(PACKAGE, f"syndicator_{name}")
    text = text.replace("ACME", name.upper()).replace("Acme", title)
    return re.sub(r"\bacme\b", name, text)
