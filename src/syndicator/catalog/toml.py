"""TOML to placed values: tomllib reads, a scan of the lines says where each key stands."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from syndicator.catalog.faults import shorten
from syndicator.catalog.text import read_text
from syndicator.model.placed import Node
from syndicator.model.problem import Place, Problem

_TABLE = re.compile(r"\s*\[+\s*([^\]]+?)\s*\]+")
_KEY = re.compile(r"(\s*)([A-Za-z0-9_\-.\"' ]+?)\s*=")
_AT = re.compile(r"at line (\d+), column (\d+)")


def read_toml(path: Path, shown: str) -> tuple[Node | None, list[Problem]]:
    """Return the file's values with their places; None where it is no TOML."""
    text, problems = read_text(path, shown)
    if text is None:
        return None, problems
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT.search(str(error))
        place = Place(shown, int(found[1]), int(found[2])) if found else Place(shown)
        said = str(error).partition(" (at")[0]
        return None, [Problem("not-toml", f"this is no TOML: {said}", place)]
    except ValueError as error:
        # tomllib hands on what int() says of a number with thousands of digits.
        return None, [Problem("not-toml", f"this is no TOML: {shorten(error)}", Place(shown))]
    except RecursionError:
        return None, [Problem("too-deep", "values are nested too deep to be meant", Place(shown))]
    return _placed(data, (), _places(text, shown), Place(shown, 1, 1)), []


def _places(text: str, shown: str) -> dict[tuple[str, ...], Place]:
    table: tuple[str, ...] = ()
    places: dict[tuple[str, ...], Place] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if found := _TABLE.match(line):
            table = _path(found[1])
            for depth in range(1, len(table) + 1):
                places.setdefault(table[:depth], Place(shown, number, 1))
        elif found := _KEY.match(line):
            places.setdefault((*table, *_path(found[2])), Place(shown, number, len(found[1]) + 1))
    return places


def _path(text: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in text.split("."))


def _placed(
    value: Any, path: tuple[str, ...], places: dict[tuple[str, ...], Place], outer: Place
) -> Node:
    place = places.get(path, outer)
    if isinstance(value, dict):
        inner = {key: _placed(each, (*path, key), places, place) for key, each in value.items()}
        return Node(inner, place, {key: node.place for key, node in inner.items()})
    if isinstance(value, list):
        return Node([_placed(each, path, places, place) for each in value], place)
    return Node(value, place)
