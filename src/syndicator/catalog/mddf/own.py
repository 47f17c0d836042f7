"""`avails:` of a series.yaml as rows of a sheet, for those who take nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from syndicator.catalog.mddf.nodes import CannotWrite
from syndicator.catalog.mddf.row import Cell, Row
from syndicator.model.moment import zone_of
from syndicator.model.problem import Place
from syndicator.model.rights import Avail
from syndicator.model.window import Window
from syndicator.model.work import Series

LICENCE_OF = {"unlock": ("EST", "VOD"), "subscription": ("SVOD",), "ad_supported": ("AVOD",),
              "free": ("FVOD",)}  # fmt: skip
"""Business model to the licence types that stand for it in a sheet of ours."""


def rows_of(
    series: Series,
    avails: Sequence[Avail],
    licensor: str,
    licensees: Mapping[str, tuple[str, ...]],
    zones: Mapping[str, str],
) -> list[Row]:
    """Return the rows that say what `avails:` in series.yaml says.

    Args:
        series: whose they are.
        avails: its rights.
        licensor: who gives them.
        licensees: who stands for which channels.
        zones: territory to zone, where it departs from the built-in table.

    Raises:
        CannotWrite: a sheet has no way to say it.
    """
    by_patterns = {patterns: name for name, patterns in licensees.items()}
    found: list[Row] = []
    for number, avail in enumerate(avails, 1):
        if avail.languages and avail.held_back:
            raise CannotWrite(f"{avail.id}: a row allows languages or holds some back, not both")
        licensee = "" if "*" in avail.channels else by_patterns.get(avail.channels)
        if licensee is None:
            raise CannotWrite(
                f"{avail.id}: no licensee stands for {', '.join(avail.channels)}; say in "
                "syndicator.toml who that is: [avails.licensees] NAME = [CHANNELS]"
            )
        common = _common(series, avail, licensor, licensee)
        models = sorted(avail.business_models or LICENCE_OF)
        types = [each for model in models for each in LICENCE_OF[model]]
        episodes = sorted(avail.episodes) if avail.episodes is not None else [None]
        for where, start, end in _spans(avail, dict(zones)):
            for kind in types:
                for episode in episodes:
                    cells = {**common, **_work(series, episode), "LicenseType": kind,
                             "Territory": ", ".join(where), "Start": start, "End": end,
                             "AvailID": f"{series.id}-{number}-{len(found) + 1}"}  # fmt: skip
                    found.append(_row(cells, avail.place))
    return found


def _common(series: Series, avail: Avail, licensor: str, licensee: str) -> dict[str, object]:
    words = series.localization(series.original_language)
    return {
        "DisplayName": licensor,
        "Licensee": licensee,
        "EntryType": "Full Extract",
        "SeriesTitleInternalAlias": words.title,
        "SeasonNumber": 1,
        "EpisodeCount": series.episode_count,
        "SeasonCount": 1,
        "SeriesAltID": series.id,
        "SeriesContentID": series.id,
        "SeasonContentID": f"{series.id}:s1",
        "FormatProfile": "HD",
        "ReleaseYear": series.year or "",
        "Exclusive": "True" if avail.exclusive else "",
        "AllowedLanguages": ", ".join(sorted(avail.languages)),
        "HoldbackLanguage": ", ".join(sorted(avail.held_back)),
    }


def _work(series: Series, episode: int | None) -> dict[str, object]:
    if episode is None:
        return {"WorkType": "Season", "ALID": f"{series.id}:s1"}
    name = f"{series.id}:ep{episode:03d}"
    return {"WorkType": "Episode", "EpisodeNumber": episode, "ALID": name,
            "EpisodeContentID": name, "EpisodeTitleInternalAlias": f"Episode {episode}"
            }  # fmt: skip


def _row(cells: Mapping[str, object], place: Place) -> Row:
    filled = {name: Cell(value, place, name) for name, value in cells.items() if value != ""}
    return Row(file=place.file, sheet="", number=place.line or 1, cells=filled)


def _spans(avail: Avail, zones: dict[str, str]) -> list[tuple[list[str], date | str, date | str]]:
    """Return territories that a row can name together, with its start and end.

    A day is written as a day where it is the territory's own midnight; else the instant in UTC.
    """
    groups: dict[tuple[date | str, date | str], list[str]] = {}
    for code in avail.territories:
        window = avail.window_in(code)
        groups.setdefault(_span(window, zone_of(code, zones)), []).append(code)
    return [(codes, start, end) for (start, end), codes in groups.items()]


def _span(window: Window, zone: str) -> tuple[date | str, date | str]:
    start = _day(window.opens, zone) if window.opens else "Immediate"
    end = _day(window.closes, zone) if window.closes else "Open"
    return start, end - timedelta(days=1) if isinstance(end, date) else end


def _day(moment: datetime, zone: str) -> date | str:
    from zoneinfo import ZoneInfo

    local = moment.astimezone(ZoneInfo(zone))
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        return local.date()
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
