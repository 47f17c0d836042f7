"""From the ledger and the plans to what stands on the platforms: what a ceiling is judged by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from syndicator.insight.tellings import Subject, main_currency
from syndicator.model.balance import Stand, Standing, Unit
from syndicator.model.release import ReleaseKey
from syndicator.model.state import State

OUT = frozenset(
    {State.PUBLISHING, State.PROCESSING, State.LIVE, State.WITHDRAWING, State.UNKNOWN}
)  # fmt: skip
"""It is, or may be, out."""

COMING = frozenset({State.PLANNED, State.STAGING, State.STAGED, State.HELD})

Published = tuple[ReleaseKey, State, tuple[str, ...]]
"""A publish with its state and the codes of what speaks against it."""


def standing(
    measure: str,
    published: Iterable[Published],
    asked: Mapping[str, Collection[Unit]],
    sums: Mapping[Subject, float],
    platforms: Mapping[str, str],
) -> Standing:
    """Return what stands.

    Args:
        measure: `releases`, `views` or `revenue`.
        published: every publish of the ledger.
        asked: by series, what its files ask for now; of other series the ledger says it.
        sums: what each cut came to of the measure; empty where releases are counted.
        platforms: channel to platform.
    """
    begun: dict[str, set[Unit]] = {}
    coming: dict[str, set[Unit]] = {series: set(units) for series, units in asked.items()}
    for key, state, codes in published:
        unit = (key.cut, key.channel)
        if state in OUT:
            begun.setdefault(key.series, set()).add(unit)
        # What the ceiling keeps back is asked for all the same; else one plan frees what the last
        # one blocked, and the next blocks it again.
        elif key.series not in asked and (
            state in COMING or (state is State.BLOCKED and set(codes) == {"balance"})
        ):
            coming.setdefault(key.series, set()).add(unit)
    currency = main_currency(sums, platforms) if measure == "revenue" else ""
    amounts = _amounts(sums, currency)
    stands = {
        series: _stands(begun.get(series, set()) | coming.get(series, set()),
                        amounts.get(series, {}), platforms)
        for series in sorted({*begun, *coming, *amounts})
    }  # fmt: skip
    return Standing(
        measure=measure,
        currency=currency or None,
        platforms=platforms,
        stands=stands,
        begun={series: frozenset(units) for series, units in begun.items()},
        measured={series: frozenset(each) for series, each in amounts.items()},
    )


def _amounts(sums: Mapping[Subject, float], currency: str) -> dict[str, dict[Unit, float]]:
    found: dict[str, dict[Unit, float]] = {}
    for subject, each in sums.items():
        if subject.currency == currency:
            unit = (subject.cut, subject.channel)
            found.setdefault(subject.series, {})[unit] = each
    return found


def _stands(
    units: Collection[Unit], amounts: Mapping[Unit, float], platforms: Mapping[str, str]
) -> dict[str, Stand]:
    found: dict[str, Stand] = {}
    for unit in {*units, *amounts}:
        name = platforms.get(unit[1]) or unit[1]
        was = found.get(name, Stand())
        found[name] = Stand(
            amount=was.amount + amounts.get(unit, 0.0),
            measured=was.measured + (unit in amounts),
            waiting=was.waiting + (unit not in amounts),
        )
    return found
