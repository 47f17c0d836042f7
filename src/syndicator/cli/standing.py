"""What stands on the platforms, gathered from the ledger and the files for a ceiling."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from syndicator.cli.desk import Desk
    from syndicator.insight.tellings import Subject
    from syndicator.model.balance import Standing, Unit
    from syndicator.model.plan import Sight
    from syndicator.model.seam import Policy


def platforms(desk: Desk) -> dict[str, str]:
    """Return channel to platform; one that names none counts under its adapter's name."""
    can = desk.channels.capabilities()
    return {
        name: (can[name].platform if name in can else "") or each.adapter
        for name, each in desk.config.channels.items()
    }


def sums(desk: Desk, measure: str) -> dict[Subject, float]:
    """Return what each cut came to on each channel; nothing where releases are counted."""
    if measure == "releases":
        return {}
    from syndicator.insight.tellings import Subject

    return {Subject(*names): whole for *names, whole in desk.ledger.sums(measure)}


def standing(desk: Desk, asked: Mapping[str, Collection[Unit]]) -> Standing:
    """Return what stands: from the ledger, and of these series what their files ask for."""
    from syndicator.insight.standing import standing as made

    measure = desk.config.balance.measure
    return made(measure, desk.ledger.publishes(), asked, sums(desk, measure), platforms(desk))


def with_standing(
    desk: Desk, sight: Sight, policies: Sequence[Policy], only: Collection[str] | None
) -> Sight:
    """Return what planning sees, with what stands where a ceiling is set.

    One series' share depends on what all others ask for, recorded or not. So where there is a
    ceiling, everything that is to be compared is planned once before, to count it.
    """
    if desk.config.balance.max_share is None:
        return sight
    import attrs

    from syndicator.planning.make import plan

    asked: dict[str, set[Unit]] = {}
    for title, _ in desk.workspace.titles(only):
        if title is not None:
            made = plan(title, sight, policies)
            asked[title.series.id] = {
                (each.key.cut, each.key.channel)
                for each in made.releases
                if each.key.action == "publish" and not each.blocked
            }
    return attrs.evolve(sight, standing=standing(desk, asked))
