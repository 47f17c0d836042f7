"""A plan as a file: one line of JSON for the head, one for each series, and a seal."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from syndicator.model.moment import iso
from syndicator.model.plan import Change, Changes, Kind, Known
from syndicator.model.problem import Place
from syndicator.model.release import Reason, Release, ReleaseKey
from syndicator.model.rollout import Rung
from syndicator.model.state import State
from syndicator.model.terms import Terms
from syndicator.model.territory import Territories
from syndicator.planning.ladder import rungs

FORMAT = 1


class NoPlan(ValueError):
    """A file is not a plan that this version wrote; the message says what is wrong with it."""


def head(now: datetime, config: str) -> str:
    """Return the first line of a plan file; `config` is a digest of the configuration."""
    data = {"syndicator": "plan", "format": FORMAT, "made_at": iso(now), "config": config}
    return json.dumps(data)


def check_head(line: str, config: str) -> None:
    """Refuse a file that is no plan, or one made with another configuration.

    Raises:
        NoPlan: it is something else, of another format, or of another workspace.
    """
    try:
        data = json.loads(line)
    except ValueError:
        data = None
    if not isinstance(data, dict) or data.get("syndicator") != "plan":
        raise NoPlan("this is no plan; make one with: syndicate plan -o FILE")
    if data.get("format") != FORMAT:
        raise NoPlan(f"this plan has format {data.get('format')}, this syndicator reads {FORMAT}")
    if data.get("config") != config:
        raise NoPlan(
            "this plan was made with another syndicator.toml, or before it was changed; "
            "make a new one with: syndicate plan -o FILE"
        )


def seal(digest: str) -> str:
    """Return the last line of a plan file; `digest` is of all that stands before it."""
    return json.dumps({"sealed": digest})


def check_seal(line: str, digest: str) -> None:
    """Refuse a plan that is not as it was written.

    Raises:
        NoPlan: it was cut off or edited.
    """
    if line.rstrip() != seal(digest):
        raise NoPlan("the plan is damaged or was edited; make a new one: syndicate plan -o FILE")


def dump(changes: Changes) -> str:
    """Return a series' changes as one line."""
    data = {
        "series": changes.series,
        "same": changes.same,
        "contents": changes.contents,
        "items": [_change_json(each) for each in changes.items],
        "rungs": [each.as_json() for each in rungs(changes.plan.title.calendars)]
        if changes.plan
        else None,
    }
    return json.dumps(data, ensure_ascii=False)


def load(line: str) -> Changes:
    """Return the changes that `dump` wrote.

    Raises:
        NoPlan: the line was cut off or edited.
    """
    try:
        data = json.loads(line)
        items = [_change_of(each) for each in data["items"]]
        contents = {str(digest): str(text) for digest, text in data["contents"].items()}
        return Changes(
            series=data["series"], items=items, contents=contents, same=int(data["same"]),
            rungs=None if data.get("rungs") is None else [*map(Rung.from_json, data["rungs"])],
        )  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise NoPlan(f"the plan is damaged: {type(error).__name__} {error}") from None


def release_json(release: Release) -> dict[str, Any]:
    """Return a planned release as plain JSON."""
    place = release.line
    return {
        "key": str(release.key),
        "at": iso(release.at),
        "territories": str(release.territories),
        "terms": release.terms.as_json(),
        "content": release.content,
        "order": release.order,
        "size": release.size,
        "begin_at": iso(release.begin_at),
        "line": [place.file, place.line, place.column, place.path],
        "blocked": [reason.as_json() for reason in release.blocked],
        "held": release.held.as_json() if release.held else None,
        "give_up_at": iso(release.give_up_at) if release.give_up_at else None,
        "closes_at": iso(release.closes_at) if release.closes_at else None,
        "notes": [reason.as_json() for reason in release.notes],
    }


def release_of(data: dict[str, Any]) -> Release:
    """Return the release that `release_json` spelled."""
    return Release(
        ReleaseKey.parse(data["key"]),
        datetime.fromisoformat(data["at"]),
        Territories.parse(data["territories"].split()),
        Terms.from_json(data["terms"]),
        data["content"],
        data["order"],
        data["size"],
        datetime.fromisoformat(data["begin_at"]),
        Place(*data["line"]),
        tuple(Reason(**each) for each in data["blocked"]),
        Reason(**data["held"]) if data["held"] else None,
        _moment(data["give_up_at"]),
        _moment(data["closes_at"]),
        tuple(Reason(**each) for each in data.get("notes", ())),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "kind": str(change.kind),
        "release": release_json(change.release) if change.release else None,
        "known": _known_json(change.known) if change.known else None,
        "note": change.note,
        "needs_person": change.needs_person,
    }


def _change_of(data: dict[str, Any]) -> Change:
    return Change(
        Kind(data["kind"]),
        release_of(data["release"]) if data["release"] else None,
        _known_of(data["known"]) if data["known"] else None,
        data["note"],
        data["needs_person"],
    )


def _known_json(known: Known) -> dict[str, Any]:
    return {
        "id": known.id,
        "key": str(known.key),
        "state": str(known.state),
        "at": iso(known.at),
        "territories": known.territories,
        "content": known.content,
        "terms": known.terms.as_json(),
        "reasons": [reason.as_json() for reason in known.reasons],
        "waived_hold": known.waived_hold,
        "begun": known.begun,
        "visible": known.visible,
    }


def _known_of(data: dict[str, Any]) -> Known:
    return Known(
        id=data["id"],
        key=ReleaseKey.parse(data["key"]),
        state=State(data["state"]),
        at=datetime.fromisoformat(data["at"]),
        territories=data["territories"],
        content=data["content"],
        terms=Terms.from_json(data["terms"]),
        reasons=tuple(Reason(**each) for each in data["reasons"]),
        waived_hold=data["waived_hold"],
        begun=data["begun"],
        visible=data["visible"],
    )
