"""Never twice, never lost: thousands of short lives, each with other misfortunes."""

from __future__ import annotations

from collections import Counter

import pytest

from .drawn import ROSTER, draw
from .lives import live, told

BLOCK = 1000


@pytest.mark.parametrize("block", range(20))
def test_whatever_goes_wrong_everything_comes_out_once_and_in_order(block: int) -> None:
    lived = live(range(block * BLOCK, (block + 1) * BLOCK))
    assert lived["lives"] == BLOCK
    assert {word for word, _ in ROSTER} <= lived.keys()  # all of it went wrong some time


@pytest.mark.parametrize("seed", [32, 98, 318, 13741])
def test_the_same_seed_is_the_same_life(seed: int) -> None:
    once = told(seed)
    assert once == told(seed)
    assert len(once) > 10


def test_seeds_stand_for_lives_of_every_kind() -> None:
    lives = [draw(seed) for seed in range(500)]
    kinds = Counter(
        (len(each.wanted), each.workers, len(each.faults), each.quota is None) for each in lives
    )
    assert len(kinds) > 50
    assert {wanted.channel for each in lives for wanted in each.wanted} == {"two-step", "blunt"}
    for each in lives:
        assert [wanted.at for wanted in each.wanted] == sorted(wanted.at for wanted in each.wanted)
