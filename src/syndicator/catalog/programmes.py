"""Programmes and assumptions, from YAML to values; everything wrong is placed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

from syndicator.catalog.config import territories
from syndicator.catalog.dates import dated
from syndicator.catalog.faults import Faults, near
from syndicator.catalog.schema import check_schema
from syndicator.catalog.yaml import read_yaml
from syndicator.model.money import Money
from syndicator.model.placed import Node
from syndicator.model.problem import Problem
from syndicator.model.programme import (
    ZERO,
    Assumptions,
    Eligibility,
    Outlook,
    Programme,
    Range,
)

FOLDER = "programmes"


def read_programmes(files: Sequence[tuple[Path, str]]) -> tuple[list[Programme], list[Problem]]:
    """Return the programmes of some files, each (path, how it is shown), and what is wrong."""
    found: dict[str, Programme] = {}
    faults = Faults()
    for path, shown in files:
        node = _document(path, shown, "programmes", faults)
        for each in node.value["programmes"].value if node else ():
            programme = _programme(each, faults)
            first = found.setdefault(programme.id, programme)
            if first is not programme:
                faults.add("duplicate-programme", f"{programme.id} stands here a second time; "
                           f"first in {first.place}", each.value["id"],
                           expected="an id of its own")  # fmt: skip
    return list(found.values()), faults.found


def read_assumptions(
    path: Path, shown: str, programmes: Sequence[Programme], platforms: Sequence[str]
) -> tuple[Assumptions | None, list[Problem]]:
    """Return the assumptions of a file and what is wrong with it.

    Args:
        path: the file.
        shown: how places name it.
        programmes: that it may name.
        platforms: that channels are configured on, for near misses.
    """
    faults = Faults()
    node = _document(path, shown, "assumptions", faults)
    if node is None:
        return None, faults.found
    data = node.value
    found = Assumptions(
        series=str(data["series"].value),
        programme=str(data["programme"].value),
        currency=str(data["currency"].value),
        days=int(data["days"].value),
        platforms={name: _outlook(each) for name, each in data["platforms"].value.items()},
        facts={key: str(each.value) for key, each in data["facts"].value.items()}
        if "facts" in data
        else {},
        place=node.place,
    )
    by_id = {each.id: each for each in programmes}
    programme = by_id.get(found.programme)
    if programme is None:
        faults.add("unknown-programme", f"no programme is named {found.programme}",
                   data["programme"], expected=", ".join(by_id) or f"a file in {FOLDER}/",
                   hint=near(found.programme, by_id))  # fmt: skip
        return None, faults.found
    _check(found, programme, node, platforms, faults)
    return (None if faults.serious else found), faults.found


def _document(path: Path, shown: str, schema: str, faults: Faults) -> Node | None:
    node, problems = read_yaml(path, shown)
    problems = [*problems, *(check_schema(node, schema) if node else ())]
    faults.found += problems
    return node if node and not problems else None


def _check_platforms(
    found: Assumptions, table: Node, platforms: Sequence[str], faults: Faults
) -> None:
    for name in found.platforms:
        if platforms and name not in platforms:
            faults.warn("unknown-platform", f"no channel is on a platform {name}",
                        _key(table, name), expected=", ".join(platforms),
                        hint=near(name, platforms))  # fmt: skip
    for name in platforms:
        if name not in found.platforms:
            faults.warn("unknown-platform", f"nothing is assumed of {name}, which has a channel",
                        table, expected=f"`{name}:` with what you expect there",
                        hint="without it the spread plan is worth less than it is")  # fmt: skip


def _check(
    found: Assumptions,
    programme: Programme,
    node: Node,
    platforms: Sequence[str],
    faults: Faults,
) -> None:
    """Note what does not fit together between assumptions and programme."""
    table = node.value["platforms"]
    _check_platforms(found, table, platforms, faults)
    if found.days * 24 < programme.exclusivity_hours:
        faults.warn("short-horizon", f"{found.days} days are less than the exclusive window of "
                    f"{programme.exclusivity_hours:g} h", node.value["days"],
                    expected="days that reach beyond the window")  # fmt: skip
    for name, each in table.value.items():
        wrong = ("loss",) if name == programme.platform else ("gain", "in_window")
        for key in wrong:
            if key in each.value:
                faults.add("idle-assumption", f"`{key}` of {name} counts for nothing",
                           each.key_places.get(key, each.place),
                           expected=f"`loss` of others than {programme.platform}, and `gain` and "
                           "`in_window` of it alone")  # fmt: skip
    mine = found.platforms.get(programme.platform)
    if mine is None:
        faults.add("unknown-platform", f"nothing is assumed of {programme.platform}, whose "
                   f"programme {programme.id} is", table, expected=f"`{programme.platform}:`",
                   hint=near(programme.platform, found.platforms))  # fmt: skip
    elif programme.applies == "window" and mine.in_window is None:
        faults.add("missing-key", f"`in_window` is missing: {programme.id} multiplies what falls "
                   "into the exclusive window", table.value[programme.platform].place,
                   expected="the part of its views, 0 to 1")  # fmt: skip
    if programme.cap and programme.cap.currency != found.currency:
        faults.add("two-currencies", f"the cap of {programme.id} is in {programme.cap.currency}",
                   node.value["currency"], expected=programme.cap.currency,
                   hint="currencies are never mixed here; convert the assumptions")  # fmt: skip


def _key(table: Node, name: str) -> Node:
    return Node(name, table.key_places.get(name, table.place))


def _programme(node: Node, faults: Faults) -> Programme:
    data = node.value
    first, until = _day(data.get("valid_from"), faults), _day(data.get("valid_until"), faults)
    if first and until and until <= first:
        faults.add("empty-window", "the programme ends before it begins", data["valid_until"],
                   expected="an end after the start")  # fmt: skip
    low, high = (_number(data["multiplier"].value[key]) for key in ("low", "high"))
    if low > high:
        found = f"{float(low):g} to {float(high):g}"
        faults.add("bad-range", "`low` is more than `high`", data["multiplier"],
                   found=found, expected="low, then high")  # fmt: skip
    cap = data.get("cap")
    return Programme(
        id=str(data["id"].value), platform=str(data["platform"].value),
        valid_from=first, valid_until=until,
        eligibility=_eligibility(data["eligibility"], faults) if "eligibility" in data
        else Eligibility(),
        exclusivity_hours=float(data["exclusivity_hours"].value)
        if "exclusivity_hours" in data else 0.0,
        low=low, high=high,
        applies=str(data["applies"].value) if "applies" in data else "period",
        cap=Money(int(cap.value["minor"].value), str(cap.value["currency"].value)) if cap else None,
        evidence=str(data["evidence"].value) if "evidence" in data else "",
        source=str(data["source"].value), verified=bool(data["verified"].value), place=node.place,
    )  # fmt: skip


def _eligibility(node: Node, faults: Faults) -> Eligibility:
    data = node.value
    least, most = data.get("min_seconds"), data.get("max_seconds")
    if least and most and least.value > most.value:
        faults.add("bad-range", "`min_seconds` is more than `max_seconds`", least,
                   expected=f"at most {most.value:g}")  # fmt: skip
    words = {
        key: tuple(str(each.value) for each in data[key].value)
        for key in ("production", "originality", "account_type")
        if key in data
    }
    return Eligibility(
        min_episodes=int(data["min_episodes"].value) if "min_episodes" in data else None,
        min_seconds=float(least.value) if least else None,
        max_seconds=float(most.value) if most else None,
        territories=territories(data["territories"], faults) if "territories" in data else None,
        **words,
    )


def _day(node: Node | None, faults: Faults) -> date | None:
    value = dated(node, faults) if node else None
    return value.date() if isinstance(value, datetime) else value


def _outlook(node: Node) -> Outlook:
    data = node.value
    return Outlook(
        views=_range(data["views"]),
        per_thousand=_range(data["per_thousand"]),
        gain=_range(data["gain"]) if "gain" in data else ZERO,
        in_window=_range(data["in_window"]) if "in_window" in data else None,
        loss=_range(data["loss"]) if "loss" in data else ZERO,
    )


def _range(node: Node) -> Range:
    if isinstance(node.value, dict):
        return Range(*(_number(node.value[key]) for key in Range._fields))
    return Range(*[_number(node)] * 3)


def _number(node: Node) -> Fraction:
    """Return the number as it is written: 0.1 is one tenth."""
    return Fraction(str(node.value))
