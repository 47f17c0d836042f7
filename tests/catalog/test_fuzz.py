"""Whatever stands in a file, the door answers with titles and problems and never with a fault."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import CALENDAR, CONFIG, SERIES, Files

CALENDAR_TREE: Any = {
    "series": "s",
    "drops": [{"episodes": "1-3", "at": "2026-12-01 20:00"}],
    "channels": {"app": {"terms": {"model": "free"}, "waive": [{"rule": "a", "reason": "b"}]}},
    "waves": [{"name": "a", "territories": ["BR"]}, {"name": "b", "territories": ["US"],
               "after": {"wave": "a"}, "gate": {"metric": "m", "at_least": 1}}],
}  # fmt: skip
SERIES_TREE: Any = {
    "id": "s",
    "original_language": "en",
    "localizations": {"en": {"title": "A"}},
    "episodes": {"count": 3},
    "avails": [{"territories": ["WORLD"], "start": "2026-01-01"}],
    "cuts": [{"id": "t", "kind": "trailer", "media": "ep001.mp4"}],
}
WORDS = ["2026-12-01 20:00", "2026-12-01", "9999-12-31", "1-3", "territory", "UTC", "BR", "-CN",
         "free", "unlock", "day", "FREQ=DAILY", "FREQ=DAILY;COUNT=2", "7d", "app", "ep001", "en",
         "{number}", "s"]  # fmt: skip
KEYS = ["series", "time_zone", "drops", "cuts", "episodes", "at", "from", "every", "rrule", "count",
        "channels", "terms", "model", "free_episodes", "unlock_price", "amount", "currency", "end",
        "offset", "territories", "waive", "waves", "name", "after", "wave", "delay", "gate", "id",
        "give_up_after", "original_language", "localizations", "title", "en", "ratings", "media",
        "variants", "kind", "avails", "business_model", "start", "exclusive", "number"]  # fmt: skip
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.dates(),
                    st.datetimes(), st.text(max_size=9), st.sampled_from(WORDS))  # fmt: skip
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=15,
)
often = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def paths(tree: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for step, each in pairs:
        yield (*above, step)
        if isinstance(each, dict | list):
            yield from paths(each, (*above, step))


@st.composite
def spoiled(draw: st.DrawFn, sound: Any) -> str:
    """A document with some of its values and keys replaced by others."""
    tree = copy.deepcopy(sound)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(paths(tree))))
        parent = tree
        for step in path[:-1]:
            parent = parent[step]
        step = draw(st.sampled_from([path[-1], *KEYS])) if isinstance(parent, dict) else path[-1]
        parent[step] = draw(trees)
    return yaml.safe_dump(tree, allow_unicode=True)


def answered(files: Files) -> None:
    problems = files.problems()
    assert all(each.message and each.place.file for each in problems)
    errors = [each for each in problems if each.severity == "error"]
    for title, _ in files.open().titles():
        assert title is not None or errors


@often
@given(text=spoiled(CALENDAR_TREE))
def test_any_calendar_is_answered(files: Files, text: str) -> None:
    files.write("calendars/s.yaml", text)
    answered(files)


@often
@given(text=spoiled(SERIES_TREE))
def test_any_series_is_answered(files: Files, text: str) -> None:
    files.write("catalog/s/series.yaml", text)
    answered(files)


WRITTEN = {
    "calendars/s.yaml": CALENDAR.encode(),
    "catalog/s/series.yaml": SERIES.encode(),
    "syndicator.toml": CONFIG.encode(),
    "calendars/x.csv": b"series;episodes;date;time;zone\ns;1-3;2026-12-01;20:00;UTC\n",
    "calendars/x.ics": b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:s: episodes 1-3\nUID:1\n"
    b"DTSTART;TZID=UTC:20261201T200000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261202T200000Z\n"
    b"END:VEVENT\nEND:VCALENDAR\n",
}


@pytest.mark.parametrize("path", WRITTEN)
@often
@given(data=st.data())
def test_any_bytes_are_answered(files: Files, path: str, data: st.DataObject) -> None:
    text = bytearray(WRITTEN[path])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
        text = text or bytearray(b" ")
    files.write(path, bytes(text))
    answered(files)


def test_a_workbook_with_any_byte_changed_is_answered(files: Files, tmp_path: Path) -> None:
    import random

    import xlsxwriter

    path = tmp_path / "sound.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["series", "episodes", "date", "time"])
    sheet.write_row(1, 0, ["s", "1-3", "2026-12-01", "20:00"])
    book.close()
    chance = random.Random(11)
    for _ in range(150):
        data = bytearray(path.read_bytes())
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        files.write("calendars/x.xlsx", bytes(data))
        answered(files)
