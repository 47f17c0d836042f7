"""Cells of a workbook that hold something which cannot be read.

An error value (`#REF!`) and a formula that was never calculated both come out of the reader as if
the cell were empty; an empty exclusion or holdback would widen a licence, so they are looked for.
Source: ECMA-376 part 1, 18.3.1.4 (c: `t="e"` is an error, `f` a formula, `v` its last value).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from pathlib import Path

from syndicator.catalog.mddf.elements import tree

_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_SPOT = re.compile(rb'\br\s*=\s*["\']([A-Z]{1,4})(\d{1,9})["\']')
_ERROR = re.compile(rb'\bt\s*=\s*["\']e["\']')
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>[^<]|<(?:\w+:)?t\b[^>]*>[^<]")


def lost_cells(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """Return by sheet the cells (row, column, both from 1) that cannot be read, and why."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {
                name: found
                for name, part in _parts(archive).items()
                if (found := _lost(archive.read(part)))
            }
    except (OSError, KeyError, zipfile.BadZipFile, zlib.error, RuntimeError, EOFError):
        return {}  # the reader of values says what is wrong with it


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return sheet names with the parts that hold them."""
    book = tree(archive.read("xl/workbook.xml"))
    links = tree(archive.read("xl/_rels/workbook.xml.rels"))
    if book is None or links is None:
        return {}
    targets = {
        each.attributes.get("Id", ""): each.attributes.get("Target", "") for each in links.children
    }
    found = {}
    names = set(archive.namelist())
    for sheet in book.every("sheets/sheet"):
        target = targets.get(sheet.attributes.get("id", ""), "")
        part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        if part in names:
            found[sheet.attributes.get("name", "")] = part
    return found


def _lost(data: bytes) -> dict[tuple[int, int], str]:
    if not _ERROR.search(data) and not _FORMULA.search(data):
        return {}
    found = {}
    for match in _CELL.finditer(data):
        spot = _SPOT.search(match[1])
        inner = match[2] or b""
        error = _ERROR.search(match[1])
        if spot and (error or (_FORMULA.search(inner) and not _VALUE.search(inner))):
            why = "an error value" if error else "a formula that was never calculated"
            found[int(spot[2]), _number(spot[1])] = why
    return found


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
