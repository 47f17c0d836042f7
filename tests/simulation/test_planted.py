"""The simulation finds bugs: each of these is found, and what is printed shows it again."""

from __future__ import annotations

import re

import pytest

from .drawn import draw
from .laws import Broken
from .lives import live, told
from .planted import PLANTED


@pytest.mark.parametrize("name", PLANTED)
def test_a_bug_that_was_planted_is_found(name: str) -> None:
    bug = PLANTED[name]
    with bug.plant():
        with pytest.raises(Broken, match=bug.breaks) as found:
            live(range(500))
        command = re.search(r"python -m tests\.simulation (\d+)$", str(found.value))
        assert command
        trace = told(int(command[1]))
        assert trace == told(int(command[1]))
    assert re.search(bug.breaks, trace[-1])


def test_a_life_is_told_by_one_command(capsys: pytest.CaptureFixture[str]) -> None:
    from .__main__ import main

    main(["98"])
    lines = capsys.readouterr().out.splitlines()
    drawn = draw(98)
    assert lines[0].startswith("seed 98: begins ")
    assert lines[1 : 1 + len(drawn.faults)] == [f"  {fault}" for fault in drawn.faults]
    assert any("the platform shows p1 s98/ep001/" in line for line in lines)


def test_many_lives_are_lived_by_one_command(capsys: pytest.CaptureFixture[str]) -> None:
    from .__main__ import main

    main(["5", "15"])
    assert "10 lives" in capsys.readouterr().out
