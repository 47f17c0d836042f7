"""What is doubtful about rows of avails, though they can be understood: each is a warning.

The catalogue follows the rules of the Play Movies partners' validator (github.com, emavalidator,
Apache-2.0) and the templates' own notes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import time, timedelta

from syndicator.catalog.faults import Faults
from syndicator.catalog.mddf.row import Row, located
from syndicator.model.problem import Problem

EIDR = re.compile(r"(?:urn:eidr:)?10\.5240[/:]((?:[0-9A-F]{4}-){5})([0-9A-Z])", re.IGNORECASE)
EIDR_COLUMNS = ("SeriesID", "SeasonID", "VolumeID", "EpisodeTitleID", "EpisodeID", "TitleID",
                "EditID")  # fmt: skip
RUN_TIME = re.compile(r"\d{1,2}:\d{2}:\d{2}")
DURATION = re.compile(r"PT(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?")
SIGNS = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff\ufffd]|^//")
FREE = ("Description", "OtherTerms", "OtherInstructions", "Metadata", "Any")
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TRUE = frozenset({"yes", "true", "y", "t", "1"})
EARLIEST = 1990
"""A right to show something on a network before that year is a slip of the pen."""


def lint(row: Row) -> list[Problem]:
    """Return what is doubtful about a row by itself."""
    faults = Faults()
    for rule in RULES:
        rule(row, faults)
    return list(map(located, faults.found))


def lint_together(rows: Iterable[Row]) -> list[Problem]:
    """Return what is doubtful about rows beside each other: the same row twice."""
    faults = Faults()
    seen: dict[Sequence[str], Row] = {}
    for row in rows:
        same = tuple(sorted((name, cell.text) for name, cell in row.cells.items()))
        first = seen.setdefault(same, row)  # type: ignore[arg-type]
        if first is not row:
            faults.warn("avails-duplicate", f"the row stands there already: {first.name}",
                        row.place("Territory"), expected="each row once")  # fmt: skip
    return list(map(located, faults.found))


def run_time(row: Row, faults: Faults) -> None:
    """Flag a run time in two parts: the first is read as hours, by Excel and by receivers."""
    cell = row.cells.get("TotalRunTime")
    if cell is None:
        return
    value, text = cell.value, cell.text
    if isinstance(value, time | timedelta):
        seconds = (
            value.total_seconds() if isinstance(value, timedelta)
            else value.hour * 3600 + value.minute * 60 + value.second
        )  # fmt: skip
        # An episode of whole minutes was typed as 1:30, and Excel made hours of it.
        wrong = row.text("WorkType") == "Episode" and seconds >= 3600 and seconds % 60 == 0  # noqa: PLR2004
    elif text.startswith("P"):
        wrong = not DURATION.fullmatch(text) or ("H" in text and not text.endswith("S"))
    else:
        wrong = not RUN_TIME.fullmatch(text)
    if wrong:
        faults.warn("avails-run-time", "the run time may be read as hours and minutes",
                    row.node("TotalRunTime"), expected="HH:MM:SS: one minute and a half is "
                    "00:01:30")  # fmt: skip


def eidr(row: Row, faults: Faults) -> None:
    """Flag identifiers whose shape or check character is not that of EIDR (ISO 7064 Mod 37,36)."""
    for name in EIDR_COLUMNS:
        text = row.text(name)
        match = EIDR.fullmatch(text)
        if match:
            check = _check_character(match[1].replace("-", "").upper())
            if check != match[2].upper():
                faults.warn("avails-eidr", f"the check character of the EIDR in {name} is wrong",
                            row.node(name), expected=f"…-{check}")  # fmt: skip
        elif text and text.startswith(("10.", "urn:eidr")):
            faults.warn("avails-eidr", f"{name} does not have the shape of an EIDR",
                        row.node(name),
                        expected="10.5240/XXXX-XXXX-XXXX-XXXX-XXXX-C")  # fmt: skip


def _check_character(digits: str) -> str:
    left = 36
    for each in digits:
        total = (left + ALPHABET.index(each)) % 36 or 36
        left = total * 2 % 37
    return ALPHABET[(37 - left) % 36]


def exception(row: Row, faults: Faults) -> None:
    """Flag a row that a person must read before it is applied, and one with nothing to read."""
    if row.text("ExceptionFlag").casefold() not in TRUE:
        return
    notes = "; ".join(row.text(name) for name in FREE if row.text(name))
    if notes:
        faults.warn("avails-exception", "the licensor asks that somebody reads what is added",
                    row.node("ExceptionFlag", notes))  # fmt: skip
    else:
        faults.warn("avails-exception", "ExceptionFlag is set, but nothing is added to read",
                    row.node("ExceptionFlag"), expected=", ".join(FREE))  # fmt: skip


def price(row: Row, faults: Faults) -> None:
    """Flag a price without its kind, or the other way round."""
    kind, value = row.text("PriceType"), row.text("PriceValue")
    if bool(kind) != bool(value) and kind.upper() != "NA":
        missing = "PriceValue" if kind else "PriceType"
        faults.warn("avails-price", f"there is no {missing}",
                    row.place("PriceType" if kind else "PriceValue"), found=kind or value,
                    expected="both, or neither")  # fmt: skip


def rating(row: Row, faults: Faults) -> None:
    """Flag a rating without its system, or the other way round."""
    if bool(row.text("RatingSystem")) != bool(row.text("RatingValue")):
        faults.warn("avails-rating", "a rating is a system and a value",
                    row.place("RatingSystem" if row.text("RatingSystem") else "RatingValue"),
                    expected="both, or neither")  # fmt: skip


def preorder(row: Row, faults: Faults) -> None:
    """Flag a pre-order that does not say when it may be seen coming."""
    if row.text("LicenseType") == "POEST" and not row.text("SuppressionLiftDate"):
        faults.warn("avails-preorder", "a pre-order needs a SuppressionLiftDate",
                    row.place("LicenseType"), expected="a date")  # fmt: skip


def caption(row: Row, faults: Faults) -> None:
    """Flag an episode or film for the USA that does not say whether it has captions."""
    if row.text("WorkType") not in {"Episode", "Movie"} or row.text("Territory") != "US":
        return
    answer = row.text("CaptionIncluded").casefold()
    exempt = row.text("CaptionExemption")
    if not row.number or (not row.sheet and not exempt):
        return  # XML says it by the exemption alone
    if not answer and not exempt:
        faults.warn("avails-caption", "the USA ask whether there are captions",
                    row.place("CaptionIncluded"), expected="CaptionIncluded: Yes, or No and "
                    "CaptionExemption")  # fmt: skip
    elif (answer == "no" and not exempt) or (exempt and exempt not in set("123456")):
        faults.warn("avails-caption", "captions are left out for no reason of the FCC",
                    row.place("CaptionIncluded"), found=exempt or None,
                    expected="CaptionExemption: 1 to 6")  # fmt: skip


def signs(row: Row, faults: Faults) -> None:
    """Flag characters that nobody sees, and what a template left behind."""
    for name, cell in row.cells.items():
        if isinstance(cell.value, str) and name not in FREE and SIGNS.search(cell.value.strip()):
            faults.warn("avails-signs", f"{name} holds signs that do not belong there",
                        row.node(name), expected="plain text")  # fmt: skip


def episode_title(row: Row, faults: Faults) -> None:
    """Flag an episode without a title of its own."""
    names = ("EpisodeTitleInternalAlias", "EpisodeTitleDisplayUnlimited")
    if row.text("WorkType") == "Episode" and not any(row.text(name) for name in names):
        faults.warn("avails-episode-title", "the episode has no title", row.place("EpisodeNumber"),
                    expected=names[0])  # fmt: skip


def early(row: Row, faults: Faults) -> None:
    """Flag a start that lies before anything could be shown."""
    if row.text("EntryType") in {"Full Delete", "Delete"}:
        return
    year = re.match(r"(\d{4})-", row.text("Start"))
    if year and int(year[1]) < EARLIEST:
        faults.warn("avails-early", "the rights begin suspiciously early", row.node("Start"),
                    expected=f"a year from {EARLIEST} on")  # fmt: skip


def offer(row: Row, faults: Faults) -> None:
    """Flag an exclusive row that does not say for whom."""
    if row.text("Exclusive").casefold() in TRUE and not row.text("Licensee"):
        faults.warn("avails-for-whom", "an exclusive row without a licensee keeps nobody out",
                    row.node("Exclusive"), expected="a Licensee")  # fmt: skip


def fulfilled(row: Row, faults: Faults) -> None:
    """Flag languages that must be delivered, but that nobody means to deliver."""
    wanted = set(re.split(r"[,;|\s]+", row.text("RequiredFulfillmentLanguages")))
    meant = set(re.split(r"[,;|\s]+", row.text("AssetLanguage")))
    if wanted - meant - {""}:
        faults.warn("avails-fulfillment", "a language is required that is not in AssetLanguage",
                    row.node("RequiredFulfillmentLanguages"),
                    expected="some of AssetLanguage")  # fmt: skip


RULES: tuple[Callable[[Row, Faults], None], ...] = (
    run_time, eidr, exception, price, rating, preorder, caption, signs, episode_title, early,
    offer, fulfilled,
)  # fmt: skip
"""In the order in which they are reported."""
