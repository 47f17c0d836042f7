"""What a new file of avails changes for a series: windows that are new, changed or gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from syndicator.catalog.numbers import spell_numbers
from syndicator.model.moment import iso
from syndicator.model.rights import Avail
from syndicator.model.window import Window

NEW, CHANGED, GONE = "new", "changed", "gone"


@attrs.frozen(order=True)
class _Licence:
    """One episode's licence, or the whole series' (0)."""

    where: str
    channels: str
    models: str
    limits: str
    episode: int


@attrs.frozen
class Difference:
    """Licences that differ alike."""

    kind: str
    what: str
    """Whose, where and for what: all of a licence but its window."""

    before: str
    after: str


def differences(before: Sequence[Avail] | None, after: Sequence[Avail] | None) -> list[Difference]:
    """Return what differs between two states of a series' rights; None is not restricted at all."""
    had, has = set(_said(before or ())), set(_said(after or ()))
    gone, new = sorted(had - has), sorted(has - had)
    found: dict[tuple[str, _Licence, str, str], list[int]] = {}
    for licence, window in new:
        same = next((pair for pair in gone if pair[0] == licence), None)
        if same is not None:
            gone.remove(same)
        kind = NEW if same is None else CHANGED
        alike = (kind, attrs.evolve(licence, episode=0), same[1] if same else "", window)
        found.setdefault(alike, []).append(licence.episode)
    for licence, window in gone:
        alike = (GONE, attrs.evolve(licence, episode=0), window, "")
        found.setdefault(alike, []).append(licence.episode)
    return list(_spelled(found))


def _spelled(found: dict[tuple[str, _Licence, str, str], list[int]]) -> Iterator[Difference]:
    for (kind, licence, before, after), numbers in found.items():
        for episodes in _apart(numbers):
            parts = (licence.where, licence.channels, licence.models, episodes, licence.limits)
            yield Difference(kind, " · ".join(each for each in parts if each), before, after)


def _apart(numbers: Iterable[int]) -> list[str]:
    """Return the whole series, and its single episodes, in words."""
    listed = set(numbers)
    single = tuple(sorted(listed - {0}))
    words = [f"episodes {spell_numbers(single)}"] if single else []
    return [*([""] if 0 in listed else []), *words]


def _said(avails: Sequence[Avail]) -> Iterator[tuple[_Licence, str]]:
    for each in avails:
        limits = []
        if each.languages:
            limits.append(f"only in {', '.join(sorted(each.languages))}")
        if each.held_back:
            limits.append(f"not in {', '.join(sorted(each.held_back))}")
        if each.exclusive:
            limits.append("exclusive")
        models = ", ".join(sorted(each.business_models)) or "every model"
        for number in sorted(each.episodes) if each.episodes is not None else [0]:
            channels = ", ".join(each.channels)
            licence = _Licence(str(each.territories), channels, models, " · ".join(limits), number)
            yield licence, _when(each.window)


def _when(window: Window) -> str:
    start = iso(window.opens) if window.opens else "ever"
    return f"{start} to {iso(window.closes) if window.closes else 'open'}"
