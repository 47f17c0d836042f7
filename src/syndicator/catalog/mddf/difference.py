"""What a new file of avails changes for a series: windows that are new, changed or gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import attrs

from syndicator.catalog.numbers import spell_numbers
from syndicator.model.moment import iso
from syndicator.model.rights import Avail
from syndicator.model.window import Window

NEW, CHANGED, GONE = "new", "changed", "gone"


@attrs.frozen
class Difference:
    """One licence that differs."""

    kind: str
    what: str
    """Whose, where and for what: all of a licence but its window."""

    before: str
    after: str


def differences(before: Sequence[Avail] | None, after: Sequence[Avail] | None) -> list[Difference]:
    """Return what differs between two states of a series' rights; None is not restricted at all."""
    had, has = _counted(before), _counted(after)
    gone, new = had - has, has - had
    found = []
    for what, window in sorted(new):
        same = next((pair for pair in sorted(gone) if pair[0] == what), None)
        if same is None:
            found.append(Difference(NEW, what, "", window))
        else:
            del gone[same]
            found.append(Difference(CHANGED, what, same[1], window))
    found += [Difference(GONE, what, window, "") for what, window in sorted(gone)]
    return found


def _counted(avails: Sequence[Avail] | None) -> Counter[tuple[str, str]]:
    """Return licences by what they are and when; rows for SD and HD are one licence here."""
    return Counter(set(_said(avails or ())))


def _said(avails: Sequence[Avail]) -> Iterator[tuple[str, str]]:
    for each in avails:
        models = ", ".join(sorted(each.business_models)) or "every model"
        parts = [str(each.territories), ", ".join(each.channels), models]
        if each.episodes is not None:
            parts.append(f"episodes {spell_numbers(tuple(each.episodes))}")
        if each.languages:
            parts.append(f"only in {', '.join(sorted(each.languages))}")
        if each.held_back:
            parts.append(f"not in {', '.join(sorted(each.held_back))}")
        if each.exclusive:
            parts.append("exclusive")
        yield " · ".join(parts), _when(each.window)


def _when(window: Window) -> str:
    start = iso(window.opens) if window.opens else "ever"
    return f"{start} to {iso(window.closes) if window.closes else 'open'}"
