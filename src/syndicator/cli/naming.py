"""Names on the command line: each must exist, or the command ends with the near miss.

A name that nothing has would mean no release at all, and that looks like success: `--series harbor`
takes nothing off, and says so with exit code 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault
from syndicator.ledger.ledger import Filter
from syndicator.model.territory import CODES, WORLD, Territories, UnknownTerritory

SOME = 8
"""So many of what exists are named; the rest is counted."""


def check(desk: Desk, values: Mapping[str, Any]) -> None:
    """Refuse options that name what does not exist.

    Args:
        desk: the workspace they are about.
        values: of a command: `series`, `channel`, `territory` and `keys` are looked at.

    Raises:
        Fault: a name is of nothing that the files or the ledger know.
    """
    for word in values.get("territory") or ():
        _need_territory(word)
    for name in values.get("channel") or ():
        _need(name, "channel", _knows_channel, desk)
    for name in values.get("series") or ():
        _need(name, "series", knows_series, desk)
    for key in values.get("keys") or ():
        _need_key(desk, key)


# -- series and channels --


def _need(name: str, kind: str, knows: Callable[[Desk, str], bool], desk: Desk) -> None:
    if name.strip() and knows(desk, name):
        return
    if kind == "series":
        known, places = _every_series(desk), "is in the catalog or in the ledger"
    else:
        known, places = _every_channel(desk), "is in syndicator.toml or in the ledger"
    raise Fault(f"--{kind} {name or repr(name)}: no {kind} {name} {places}{offer(name, known)}")


def knows_series(desk: Desk, name: str) -> bool:
    """Return whether the files or the ledger know a series; reads no file of it."""
    from syndicator.catalog.sources import CATALOG

    if "/" not in name and not name.startswith(".") and (desk.folder / CATALOG / name).is_dir():
        return True
    only = Filter(series=(name,))
    ledger = desk.ledger
    return bool(ledger.counts(only)) or any(True for _ in ledger.figures(only, metrics=()))


def _knows_channel(desk: Desk, name: str) -> bool:
    if name in desk.config.channels:
        return True
    only, ledger = Filter(channels=(name,)), desk.ledger
    return bool(ledger.counts(only)) or any(True for _ in ledger.figures(only, metrics=()))


def _every_series(desk: Desk) -> list[str]:
    files = set(desk.workspace.series_ids)
    return sorted(files | {key.series for key, _, _ in desk.ledger.publishes()})


def _every_channel(desk: Desk) -> list[str]:
    return sorted({*desk.config.channels, *(key.channel for key, _, _ in desk.ledger.publishes())})


def offer(name: str, known: Sequence[str]) -> str:
    """Return what exists, and what is near to a name that does not."""
    some = ", ".join(known[:SOME]) or "none at all"
    more = f" and {len(known) - SOME} more" if len(known) > SOME else ""
    near = nearest(name, known)
    return f"; there {'is' if len(known) == 1 else 'are'}: {some}{more}" + (
        f"; did you mean {near}?" if near else ""
    )


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that was most likely meant: a part of it, or one that is like it."""
    from difflib import get_close_matches

    names = list(known)
    small = name.casefold().strip()
    begun = [each for each in names if small and each.casefold().startswith(small)]
    lower = {each.casefold(): each for each in names}
    close = get_close_matches(small, lower, 1, 0.6)
    return begun[0] if begun else lower[close[0]] if close else None


# -- releases --


def _need_key(desk: Desk, text: str) -> None:
    from syndicator.cli.show import beginnings

    if any(True for _ in desk.ledger.rows(Filter(keys=beginnings([text])))):
        return
    series, slash, rest = text.strip("/").partition("/")
    if not series or not knows_series(desk, series):
        known = _every_series(desk)
        text = text or repr(text)
        raise Fault(f"no release begins with {text}: no series {series}{offer(series, known)}")
    if not rest:  # as --series would say it; nothing of it was recorded yet
        return
    keys = [str(row.key) for row in desk.ledger.rows(Filter(series=(series,)))]
    if not keys:
        raise Fault(f"the ledger has no release {text}: nothing of {series} was recorded yet; "
                    "next: syndicate release")  # fmt: skip
    # Compared as far as it was written: of `s0/ep0001` the near miss is `s0/ep001`.
    depth = text.strip("/").count(slash) + 1
    shorter = ["/".join(key.split("/")[:depth]) for key in keys]
    raise Fault(
        f"the ledger has no release {text}{offer(text.strip('/'), list(dict.fromkeys(shorter)))}"
    )


# -- territories --


def _need_territory(word: str) -> None:
    try:
        Territories.parse((word.strip().upper(),))
    except UnknownTerritory:
        text = f"{word!r} is no territory of ISO 3166-1; write a code such as BR, {WORLD}, or -CN"
        raise Fault(f"--territory {word}: {text} to leave out{_near_code(word)}") from None


def _near_code(word: str) -> str:
    names = _names()
    bare = word.strip().removeprefix("-")
    common = {"UK": "GB", "EN": "GB", "WW": WORLD, "ALL": WORLD}
    if bare.upper() in common:
        return f"; did you mean {common[bare.upper()]}?"
    name = nearest(bare, names)
    if name is None or len(bare) <= len("BR"):
        return ""
    return f"; did you mean {names[name]} ({name})?"


@cache
def _names() -> dict[str, str]:
    """Return English names of territories with their codes, as the zone database lists them."""
    from importlib.resources import files

    text = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: code for code, name in rows if code in CODES}
