"""The reference against the code: nothing undocumented, nothing invented, no dead link."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from syndicator.compliance import policies

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md"])
WORD = re.compile(r"[a-z]+(-[a-z]+)*")
WRITTEN_BY_LEDGER = {"not-in-calendar"}


def test_generated_pages_are_as_the_code_makes_them():
    run = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_problem_of_a_file_is_explained_and_no_other():
    files = [*(ROOT / "src/syndicator/catalog").rglob("*.py"), *planning(), *compliance()]
    in_code = {code for path in files for code in codes(path, is_problem)}
    assert in_code == explained("problems")


def test_every_reason_is_explained_and_no_other():
    plugins = (ROOT / "plugins").glob("*/src/**/*.py")
    files = [*planning(), *(ROOT / "src/syndicator/ledger").glob("*.py"), *plugins]
    in_code = {code for path in files for code in codes(path, is_reason)}
    of_rules = {code for each in policies() for code in each.rules}
    assert in_code | of_rules | WRITTEN_BY_LEDGER == explained("reasons")


def compliance() -> list[Path]:
    return sorted((ROOT / "src/syndicator/compliance").glob("*.py"))


def planning() -> list[Path]:
    return sorted((ROOT / "src/syndicator/planning").glob("*.py"))


def is_problem(function: ast.expr) -> bool:
    """Whether a call makes a problem: `Problem(…)`, `faults.add(…)` or `faults.warn(…)`."""
    if isinstance(function, ast.Name):
        return function.id == "Problem"
    return (
        isinstance(function, ast.Attribute)
        and function.attr in {"add", "warn"}
        and ast.unparse(function.value).endswith("faults")
    )


def test_the_reason_that_the_ledger_writes_itself_is_explained():
    text = (ROOT / "src/syndicator/ledger/recording.py").read_text("utf-8")
    written = set(re.findall(r'"code": "([a-z-]+)"', text))
    assert written == WRITTEN_BY_LEDGER
    assert written <= explained("reasons")


def is_reason(function: ast.expr) -> bool:
    return ast.unparse(function) in {"Reason", "sc.Reason"}


def codes(path: Path, makes) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and makes(node.func) and node.args:
            first = node.args[0]
            choices = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            for each in choices:
                if isinstance(each, ast.Constant) and WORD.fullmatch(str(each.value)):
                    yield str(each.value)


def explained(page: str) -> set[str]:
    """Return the codes with a heading of their own that have a meaning, an example and advice."""
    text = (DOCS / "reference" / f"{page}.md").read_text("utf-8")
    parts = re.split(r"^### `([a-z-]+)`$", text, flags=re.MULTILINE)
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    return {code for code, body in found.items() if "\nExample: " in body and "\nDo: " in body}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{page.name} leads to {target}"
        if anchor:
            assert anchor in anchors(there), f"{page.name} leads to {target}"


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def test_the_index_leads_to_every_page():
    seen: set[Path] = set()
    text = (DOCS / "index.md").read_text("utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        seen.add((DOCS / target).resolve())
    wanted = {path.resolve() for path in DOCS.rglob("*.md")} - {(DOCS / "index.md").resolve()}
    assert wanted <= seen, sorted(path.name for path in wanted - seen)


def test_the_newest_change_is_of_the_version_that_is_built():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    newest = re.search(
        r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    assert newest is not None
    assert newest[1] == project["version"]


def test_every_dependency_has_its_line():
    text = (DOCS / "dependencies.md").read_text("utf-8").lower()
    for path in [ROOT / "pyproject.toml", *(ROOT / "plugins").glob("*/pyproject.toml")]:
        for name in required(tomllib.loads(path.read_text("utf-8"))):
            assert f"| `{name.lower()}` |" in text, f"{name} of {path} is not explained"


def required(data) -> Iterator[str]:
    project = data["project"]
    groups = [
        project.get("dependencies", []),
        *project.get("optional-dependencies", {}).values(),
        *data.get("dependency-groups", {}).values(),
        data["build-system"]["requires"],
    ]
    for line in (line for group in groups for line in group):
        name = re.match(r"[\w.-]+", line)[0]
        if name != "syndicator":
            yield name
