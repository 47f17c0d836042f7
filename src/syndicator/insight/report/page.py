"""The page: everything in one file that opens from disk and may ask no network."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files

from syndicator.insight.care import came_to, is_late
from syndicator.insight.looks import LOOKS
from syndicator.insight.report import calendar, concentration, gantt, matrix, wavedrawing, waves
from syndicator.insight.report.markup import fold, note, picture, section, table, text
from syndicator.insight.report.material import Material
from syndicator.insight.report.tones import LATE, TONES
from syndicator.insight.report.words import utc
from syndicator.model.release import Action
from syndicator.model.state import State

NEEDS = 60
"""So many things that need a person are listed; the rest is counted."""

SECTIONS = {
    "needs": "Needs a person",
    "calendar": "Calendar",
    "status": "Status",
    "waves": "Waves and gates",
    "rights": "Rights",
    "balance": "Concentration",
}


def page(made: Material) -> str:
    """Return the page.

    Raises:
        ImportError: the charting library is not installed.
    """
    scripts = (library(), _own("page.js"))
    title = text(made.name)
    links = "".join(f"<li><a href=#{name}>{words}</a></li>" for name, words in SECTIONS.items())
    parts = [
        "<!doctype html><html lang=en><head><meta charset=utf-8>",
        f'<meta http-equiv=Content-Security-Policy content="{_policy(scripts)}">',
        "<meta name=viewport content='width=device-width,initial-scale=1'>",
        "<meta name=referrer content=no-referrer>",
        f"<title>{title}: report</title><style>{_own('page.css')}</style></head><body>",
        "<a class=skip href=#needs>To the content</a>",
        f"<header><h1>{title}</h1>{''.join(_head(made))}</header>",
        f"<nav aria-label=Sections><ul>{links}</ul></nav><main>",
        _needs(made), _calendar(made), _status(made), _waves(made), _rights(made), _balance(made),
        "</main>",
        *(f"<script>{each}</script>" for each in scripts),
        "</body></html>",
    ]  # fmt: skip
    return "\n".join(parts)


def library() -> str:
    """Return the charting library's own script, to be put into the page.

    Raises:
        ImportError: it is not installed.
    """
    from plotly.offline import get_plotlyjs

    found: str = get_plotlyjs()
    return found.replace("</script", "<\\/script").replace("\r\n", "\n")


def _own(name: str) -> str:
    return files("syndicator.insight.report").joinpath(name).read_text(encoding="utf-8")


def _policy(scripts: tuple[str, ...]) -> str:
    """Return what the page may do: run its own scripts, told by their digests, and nothing else."""
    digests = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode()
               for each in scripts]  # fmt: skip
    run = " ".join(f"'sha256-{each}'" for each in digests)
    return (
        f"default-src 'none'; script-src {run}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


# -- the sections --


def _head(made: Material) -> Iterator[str]:
    last = "No run yet."
    if made.runs:
        run = made.runs[0]
        last = f"Last run {utc(run.began_at)} on {run.host}: {came_to(run, made.now, made.lease)}."
    yield note(f"Made for {utc(made.now)}. Ledger: {made.ledger}. {last}")
    yield note(
        "Axes are in UTC, and a dotted line is that instant. Where a time is told, it is "
        "that of the first territory that is meant, with its zone, and UTC beside it."
    )
    if made.only:
        yield note(f"Only of: {', '.join(made.only)}.")
    if made.unrecorded:
        yield note(f"{made.unrecorded:,} releases are shown as the files ask for them now; "
                   "the ledger has them otherwise, or not yet: syndicate plan")  # fmt: skip
    for series in made.unread:
        yield (f"<p class=bad>✕ The files of {text(series)} have faults; what they ask for is not "
               "in this: syndicate check</p>")  # fmt: skip
    for channel, (until, why) in made.rests.items():
        yield f"<p class=bad>‖ {text(channel)} is left alone until {utc(until)}: {text(why)}</p>"
    yield _counts(made)


def _counts(made: Material) -> str:
    states: Counter[State] = Counter()
    late = 0
    for each in made.bunches:
        if each.action in {Action.PUBLISH, Action.EXTEND}:
            states[each.state] += len(each)
        late += len(each) * is_late(each, made.now)
    items = [f"<li>{sign} {states[state]:,} {text(words)}</li>"
             for state, (sign, words) in LOOKS.items() if states[state]]  # fmt: skip
    items += [f"<li class=bad>{LATE.sign} {late:,} late</li>"] if late else []
    series = len({each.series for each in made.bunches})
    channels = len({each.channel for each in made.bunches})
    return (
        f"<p>{series:,} series on {channels:,} channels.</p><ul class=counts>{''.join(items)}</ul>"
    )


def _needs(made: Material) -> str:
    if not made.needs:
        return section("needs", SECTIONS["needs"], "<p>Nothing.</p>")
    items = "".join(
        f"<li><strong>{each.sign}</strong> {text(each.what)}<br><code>{text(each.do)}</code></li>"
        for each in made.needs[:NEEDS]
    )
    rest = len(made.needs) - NEEDS
    more = note(f"And {rest:,} more: syndicate status") if rest > 0 else ""
    return section("needs", f"{SECTIONS['needs']} ({len(made.needs):,})",
                   f"<ul>{items}</ul>", more)  # fmt: skip


def _calendar(made: Material) -> str:
    found = calendar.calendar(made.bunches, made.now)
    if not found.marks:
        return section("calendar", SECTIONS["calendar"],
                       note("Nothing is planned and nothing came out. "
                            "Next: syndicate plan"))  # fmt: skip
    left = note(f"{found.left:,} lanes more are not drawn; --series shows them.")
    return section("calendar", SECTIONS["calendar"],
                   note(f"One mark for what comes out in one {found.grain} (UTC); its size tells "
                        "how much, its shape and colour what most needs looking at. Drag to see "
                        "other times; a double click shows all."),
                   picture(calendar.draw(found, made.now, made.zones)),
                   left if found.left else "")  # fmt: skip


def _status(made: Material) -> str:
    seen = matrix.glance(made.bunches, made.now)
    if not seen.squares:
        return section("status", SECTIONS["status"],
                       note("Nothing is planned and nothing came out."))  # fmt: skip
    parts = [
        note(
            "Each square tells what most needs looking at, and of how many releases it is so: "
            + ", ".join(f"{tone.sign} {tone.words}" for tone in TONES)
            + "."
        ),
        picture(matrix.draw_glance(seen, made.now)),
    ]
    if seen.left:
        parts.append(note(f"{seen.left:,} series more are not drawn; --series shows them."))
    chosen = matrix.detailed(seen)
    for number, series in enumerate(chosen):
        mine = [each for each in made.bunches if each.series == series]
        drawn = matrix.draw_details(matrix.details(series, mine), number, made.now, made.zones)
        parts.append(fold(f"{series}, cut by cut", picture(drawn)))
    if len(chosen) < len(seen.series):
        parts.append(note(f"{len(chosen):,} of {len(seen.series):,} series are shown cut by cut, "
                          "those that stand out first; --series shows others."))  # fmt: skip
    return section("status", SECTIONS["status"], *parts)


def _waves(made: Material) -> str:
    if not made.steps:
        words = "No series has waves: everything opens with its drop."
        return section("waves", SECTIONS["waves"], note(words))
    steps = waves.by_need(made.steps)
    return section("waves", SECTIONS["waves"],
                   note("On the left when each wave's dates are, what was decided and when it is "
                        "looked at next; on the right how near each gate's value is to its "
                        "threshold now. A gate opens on enough fresh figures, and on nothing "
                        "else."),
                   picture(wavedrawing.draw(steps, made.now)),
                   table(waves.ladder_table(steps)))  # fmt: skip


def _rights(made: Material) -> str:
    free = [each.series for each in made.titles if each.lanes is None]
    parts = []
    if free:
        some = ", ".join(free[:12]) + (f" and {len(free) - 12:,} more" if len(free) > 12 else "")  # noqa: PLR2004
        parts.append(note(f"Nothing is written about the rights of {some}; nothing is checked."))
    order = gantt.by_need(made.titles)
    if order:
        parts.append(note(
            "Territories that are alike share a lane. Wide bars are rights, thin ones what is "
            "shown or planned; red with crosses is outside of its rights. With ± instants differ "
            "by time zone within the group. Drag to see other times; a double click shows all."
        ))  # fmt: skip
        parts.append(table(gantt.summary(order)))
    for number, each in enumerate(order[: gantt.MOST_TITLES]):
        name = f"{each.series}: {each.title}" if each.title else each.series
        drawn = picture(gantt.draw(each, number, made.now))
        parts.append(f"<h3>{text(name)}</h3>{drawn}" if number < gantt.OPEN
                     else fold(name, drawn))  # fmt: skip
    if len(order) > gantt.MOST_TITLES:
        parts.append(note(f"{gantt.MOST_TITLES} of {len(order):,} titles are drawn, those with "
                          "conflicts first; --series shows others."))  # fmt: skip
    if not made.titles:
        parts.append(note("No series is in the catalog."))
    return section("rights", SECTIONS["rights"], *parts)


def _balance(made: Material) -> str:
    course = made.course
    if course is None:
        return section("balance", SECTIONS["balance"],
                       note("Nothing is live, measured or asked for, "
                            "so nothing spreads."))  # fmt: skip
    said = "".join(f"<p{' class=bad' * each.startswith('✕')}>{text(each)}</p>"
                   for each in course.verdicts())  # fmt: skip
    instead = note(course.instead) if course.instead else ""
    money = f" in {course.currency}" if course.currency else ""
    words = (f"By {course.measure}{money}; channels of one platform count together. HHI is the sum "
             "of the squared shares. On the right: what stands now, and what would stand with "
             "all that is asked for.")  # fmt: skip
    return section("balance", SECTIONS["balance"], note(words), instead, said,
                   picture(concentration.draw(course)))  # fmt: skip
