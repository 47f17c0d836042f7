"""The shape of the code: layers, names, sizes, what the core may not say."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import syndicator.channel

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "syndicator"
MODULES = sorted(SOURCE.rglob("*.py"))
PLUGINS = sorted(each.name for each in (ROOT / "plugins").iterdir() if each.is_dir())
PLATFORMS = ["tiktok", "youtube", "instagram", "facebook", "reelshort", "dramabox", *PLUGINS]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_each_stage_knows_only_the_stages_to_its_left() -> None:
    found = lint_imports(ROOT)
    assert found.returncode == 0, found.stdout


def test_a_stage_that_looks_to_its_right_is_found(tmp_path: Path) -> None:
    """The test above can fail: the same contracts over a copy with a planted import."""
    import os
    import shutil

    shutil.copytree(ROOT / "src", tmp_path / "src")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = tmp_path / "src/syndicator/planning/make.py"
    planted.write_text(planted.read_text() + "\nimport syndicator.ledger.sqlite\n")
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False,
                           env={**os.environ, "PYTHONPATH": str(tmp_path / "src")})  # fmt: skip
    assert found.returncode == 1, found.stdout
    assert "syndicator.planning" in found.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_the_core_names_no_platform(path: Path) -> None:
    words = set(re.findall(r"[a-z0-9_]+", path.read_text("utf-8").lower()))
    assert not words & set(PLATFORMS)


def test_the_facade_is_what_it_says() -> None:
    names = syndicator.channel.__all__
    assert names == sorted(names)
    assert all(hasattr(syndicator.channel, name) for name in names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_modules_and_functions_are_read_in_a_sitting(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, node.name


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not {path.stem for path in MODULES} & {"utils", "helpers", "common", "manager", "misc"}


def test_core_and_plugins_have_one_version_and_the_changelog_knows_it() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert version == syndicator.__version__
    for name in PLUGINS:
        plugin = tomllib.loads((ROOT / "plugins" / name / "pyproject.toml").read_text())
        assert plugin["project"]["version"] == version
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text()
