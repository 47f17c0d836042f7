"""Every check of the kit catches a channel that has the mistake it is there for."""

from __future__ import annotations

import pytest

from syndicator.channel.testing import _checks
from syndicator.channel.testing._all import try_all
from syndicator.channel.testing._kinds import OF_NETWORKS
from syndicator.channel.testing.acme.channel import Acme

from . import mutants

EVERY = (*mutants.TEN, *mutants.OTHERS)


@pytest.mark.parametrize("mutant", EVERY, ids=lambda each: each.__name__)
def test_a_mistake_is_caught_by_what_is_there_for_it(mutant: type[mutants.Mutant]) -> None:
    report = try_all(mutant, only=mutant.caught_by)
    tried = {each.name: each for each in (*report.cells, *report.checks)}
    for name in mutant.caught_by:
        assert tried[name].verdict == "failed", f"{mutant.__doc__} {name} does not see it"


def test_the_channel_without_a_mistake_passes_all_of_these() -> None:
    names = sorted({name for mutant in EVERY for name in mutant.caught_by})
    report = try_all(Acme, only=names)
    assert report.is_green, "\n".join(report.lines())


def test_ten_known_mistakes() -> None:
    assert len(set(mutants.TEN)) == 10


def test_there_is_a_mutant_for_every_check_and_every_kind_of_fault() -> None:
    caught = {name for mutant in EVERY for name in mutant.caught_by}
    assert set(_checks.CHECKS) <= caught
    kinds = {name.rpartition("/")[2] for name in caught if "/" in name}
    assert {str(kind) for kind in OF_NETWORKS} <= kinds
