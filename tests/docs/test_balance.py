"""What the pages about balance print is what the commands print."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from syndicator.cli import main
from syndicator.model.balance import concentration
from tests.cli.conftest import Shell, clip, shell
from tests.docs.test_how_to import fences

__all__ = ["clip", "shell"]

ROOT = Path(__file__).resolve().parents[2]
EXPLAINED = "explanation/balance.md"
HOW = "how-to/exclusive-launch.md"
AT = ("--at", "2026-06-30T12:00Z")


def printed(text: str) -> str:
    return text.rstrip("\n") + "\n"


@pytest.fixture
def workspace(shell: Shell) -> Shell:
    with (shell.folder / "syndicator.toml").open("a") as file:
        file.write(fences(EXPLAINED, "toml")[0])
    shell.edit("calendars/s0.yaml", "{app: , tube: }", "{app: {episodes: 1-2}, tube: }")
    assert shell("release").code == 0
    (shell.folder / "figures.csv").write_text(fences(EXPLAINED, "csv")[0])
    path = str(shell.folder / "figures.csv")
    assert shell("metrics", "import", path, "--as-of", "2026-06-30T12:00Z").code == 0
    return shell


def test_the_balance_on_the_page_is_what_is_printed(workspace: Shell) -> None:
    shown = fences(EXPLAINED, "text")
    assert printed(workspace("balance", "--over", "week", *AT).out) == shown[0]
    assert printed(workspace("balance", "--without", "Toy", *AT).out) == shown[1]


def test_the_table_of_the_index_is_computed() -> None:
    text = (ROOT / "docs" / EXPLAINED).read_text("utf-8")
    rows = re.findall(r"^\| ([\d %,]+) \| (\d\.\d+) \| (\d\.\d) \|$", text, re.MULTILINE)
    assert len(rows) == 6
    for parts, index, inverse in rows:
        shares = {str(n): int(each) for n, each in enumerate(re.findall(r"(\d+) %", parts))}
        assert sum(shares.values()) == 100
        found = concentration(shares)
        assert found is not None
        assert (f"{found:.3f}", f"{1 / found:.1f}") == (index, inverse)


def test_the_comparison_on_the_page_is_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("two-series", "platforms"):
        shutil.copytree(ROOT / "examples" / name, tmp_path, dirs_exist_ok=True)
    programme, assumptions = fences(HOW, "yaml")
    assert programme in (ROOT / "examples/whatif/programmes.yaml").read_text("utf-8")
    assert assumptions in (ROOT / "examples/whatif/assumptions.yaml").read_text("utf-8")
    (tmp_path / "programmes").mkdir()
    (tmp_path / "programmes/tiktok.yaml").write_text(programme, "utf-8")
    (tmp_path / "assumptions.yaml").write_text(assumptions, "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        main(["whatif", "assumptions.yaml"])
    assert left.value.code == 0
    out = capsys.readouterr().out
    assert f"$ syndicate whatif assumptions.yaml\n{printed(out)}" == fences(HOW, "text")[0]
