"""`syndicate plugin check` and `syndicate plugin new`, as an author meets them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from syndicator.channel.testing._new import new_plugin
from syndicator.cli import main

ROOT = Path(__file__).resolve().parents[2]
ACME = "syndicator.channel.testing.acme.channel:Acme"


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        main(["plugin", *words])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return int(left.value.code or 0), out, err


def test_the_report_for_machines(capsys, tmp_path) -> None:
    junit = tmp_path / "junit.xml"
    names = ["--only", "publish/3/lost-after", "--only", "well", "--only", "hear"]
    code, out, _ = said(capsys, "check", ACME, *names, "--json", "--junit", str(junit))
    assert code == 0
    report = json.loads(out)
    jsonschema.validate(report, json.loads((ROOT / "schemas/conformance.json").read_text()))
    assert report["counts"] == {"passed": 2, "waived": 1}
    suite = ET.fromstring(junit.read_text())
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "0", "1")


def test_a_failure_names_the_command_that_plays_it_again(capsys, tmp_path) -> None:
    junit = tmp_path / "junit.xml"
    name = "tests.conformance.mutants:Reinit"
    cell = "publish/3/lost-after"
    code, out, _ = said(capsys, "check", name, "--only", cell, "--junit", str(junit))
    assert code == 6
    assert "2 posts to be seen, where 1 belong" in out
    assert f"again: syndicate plugin check {name} --only {cell}" in out
    assert ET.fromstring(junit.read_text()).find("testcase/failure") is not None


def test_a_cell_of_two_faults_is_played(capsys) -> None:
    code, out, _ = said(capsys, "check", ACME, "--only", "publish/3/lost-after/4/503")
    assert code == 0
    assert "1 passed" in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((ACME, "--only", "nonsense"), "is no cell, operation or check; there are publish"),
        ((ACME, "--only", "publish/3"), "they read like publish/3/lost-after"),
        ((ACME, "--pairs", "many"), "takes a number or `all`"),
        (("nowhere",), "no plugin brings an adapter nowhere"),
        (("nowhere:Nothing",), "No module named"),
        (("syndicator.channel:Channel",), "says nothing of how it is tried"),
    ],
)
def test_what_cannot_be_tried_is_said_in_a_sentence(capsys, words, sentence) -> None:
    code, _, err = said(capsys, "check", *words)
    assert code == 2
    assert sentence in err


def test_a_declaration_is_printed_to_be_kept(capsys) -> None:
    code, out, _ = said(capsys, "check", ACME, "--declare")
    assert code == 0
    declared = json.loads(out)
    assert declared["title_max"] == 80
    assert declared["reconcile"] == "marker"
    assert "withdraw" in declared["operations"]


@pytest.mark.parametrize("name", ["Acme", "1acme", "ac-me", "a", "a.b", "../x"])
def test_a_name_that_cannot_be_one(capsys, tmp_path, name) -> None:
    code, _, err = said(capsys, "new", name, "--folder", str(tmp_path / "new"))
    assert code == 2
    assert "is no name for an adapter" in err


def test_nothing_is_written_over(capsys, tmp_path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    code, _, err = said(capsys, "new", "moon_tv", "--folder", str(tmp_path))
    assert code == 2
    assert "is not empty" in err
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


def test_a_new_plugin_installs_and_passes_its_tests_and_the_kit(tmp_path) -> None:
    project, site = tmp_path / "project", tmp_path / "site"
    new_plugin("moon_tv", project)
    text = "".join(path.read_text() for path in project.rglob("*") if path.is_file())
    assert "acme" not in text.lower()
    assert "noqa" not in text
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(site)]
    subprocess.run([*pip, str(project)], check=True, capture_output=True)
    environ = {**os.environ, "PYTHONPATH": str(site)}
    words = [
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        "lost-after or limits or test_the",
    ]
    run = subprocess.run([sys.executable, *words], cwd=project, env=environ, check=False,
                         capture_output=True, text=True)  # fmt: skip
    assert run.returncode == 0, run.stdout
    assert "moon_tv:" in run.stdout
    listed = subprocess.run(
        [sys.executable, "-m", "syndicator", "plugin", "check", "moon_tv", "--only", "well"],
        env=environ, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert listed.returncode == 0, listed.stdout + listed.stderr
