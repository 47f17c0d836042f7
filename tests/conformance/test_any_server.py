"""A channel without a sandbox is swept against any server: the network in between is ours."""

from __future__ import annotations

from syndicator.channel.testing._all import try_all
from syndicator.channel.testing._kinds import Kind

from .plain import Careless, Plain

AFTER = (Kind.LOST_AFTER, Kind.KILL_AFTER, Kind.S503_AFTER, Kind.GARBAGE_AFTER, Kind.S400_AFTER)
ACTED = [f"publish/0/{kind}" for kind in AFTER]


def test_one_poster_whatever_happens_on_the_way() -> None:
    report = try_all(Plain, only=[*ACTED, "publish/0/reset", "publish/1/502"])
    assert report.is_green, "\n".join(report.lines())
    assert {each.verdict for each in report.cells if each.name in ACTED} == {"passed"}


def test_and_a_careless_channel_is_caught() -> None:
    report = try_all(Careless, only=ACTED)
    assert {each.verdict for each in report.cells} == {"failed"}
    assert all("2 posts to be seen" in each.why[0] for each in report.cells)
