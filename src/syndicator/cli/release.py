"""`syndicate release`: record the plan, carry out what is due, say what came of it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from syndicator.cli import exits, options, render
from syndicator.cli.comparing import Stale, compare, sources_of, stale
from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault
from syndicator.ledger.ledger import Filter
from syndicator.model.moment import iso

if TYPE_CHECKING:
    from syndicator.dispatch.run import Outcome
    from syndicator.ledger.ledger import Row
    from syndicator.model.plan import Changes
    from syndicator.model.problem import Problem

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the clocks of two machines may be apart without one of them being wrong."""

AGAIN = 3
"""How often a run plans anew because files or ledger changed under it."""


@click.command()
@options.filters
@click.option("--plan", "plan_file", type=click.Path(exists=True, dir_okay=False),
              help="Record exactly this plan, made with plan -o.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(1, 64), default=4, show_default=True,
              help="How many releases at once.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show what would be recorded and done; do nothing.")
@options.at
@options.as_json
@click.pass_obj
def release(
    workspace: str,
    series: tuple[str, ...],
    channel: tuple[str, ...],
    territory: tuple[str, ...],
    state: tuple[str, ...],
    plan_file: str | None,
    jobs: int,
    dry_run: bool,
    at: datetime | None,
    json_: bool,
) -> int:
    """Record the plan and carry out everything that is due.

    Made for cron: safe to run twice at once, to kill and to run again; with nothing due it reads no
    file that has not changed.
    """
    if at and not dry_run:
        raise Fault("--at looks at another instant; it goes with --dry-run")
    desk = Desk(workspace, at=at)
    only = options.filter_of(series, channel, territory, state)
    path = Path(plan_file) if plan_file else None
    if dry_run:
        from syndicator.cli.rehearsal import rehearse

        return rehearse(desk, only, path, json_=json_)
    run = Run(desk, only, jobs=jobs, json_=json_)
    code = run.go(path)
    desk.ledger.close()
    return code


@attrs.define
class Recorded:
    """What was recorded before the work began."""

    changes: int = 0
    waiting: int = 0
    need_person: int = 0
    problems: list[Problem] = attrs.field(factory=list)


class Run:
    """One run of `release`."""

    def __init__(self, desk: Desk, only: Filter, *, jobs: int, json_: bool) -> None:
        self.desk = desk
        self.only = only
        self.jobs = jobs
        self.json = json_
        self.recorded = Recorded()
        self.outcome: Outcome | None = None
        self.stranded: Sequence[Row] = ()
        """Takedowns that are due on channels that cannot be used."""

    def go(self, plan_file: Path | None) -> int:
        """Plan, record, act; return the exit code."""
        self._look_at_clock()
        if plan_file:
            self._record_file(plan_file)
        else:
            self._record_changed()
        for text in render.problem_lines(self.recorded.problems):
            click.echo(text, err=True)
        due = self.desk.ledger.rollouts_due(self.desk.now())
        if due:
            from syndicator.cli.gates import look_at_gates

            self._begin()
            look_at_gates(self.desk, due, self.only, json_=self.json)
        if self.desk.ledger.circuits():
            from syndicator.cli.diverting import divert, show

            show(divert(self.desk, self.only), json_=self.json)
        return self.go_on(anew=plan_file is None)

    def _look_at_clock(self) -> None:
        """Undo what a clock that ran ahead put off: the runs before this one tell of it."""
        now = self.desk.now()
        latest = self.desk.ledger.latest_run()
        if latest is not None and latest > now + CLOCKS_DIFFER:
            number = self.desk.ledger.clock_came_back(now)
            count = render.count(number, "release")
            click.echo(
                f"The clock was ahead in an earlier run; {count} put off too long.", err=True
            )

    def go_on(self, *, anew: bool = True) -> int:
        """Carry out what is due, without planning first; return the exit code."""
        for _ in range(AGAIN):
            self._act()
            if not (self.outcome and self.outcome.stale and anew):
                break
            self._plan_anew(self.outcome.stale)
        if self.outcome and self.outcome.gone and anew:
            # What is not there any more asks for no takedown: the next plan has nothing to say.
            self._plan_anew(self.outcome.gone)
        desk = self.desk
        desk.ledger.ended(host=desk.host, now=desk.now(), outcome=self.summary_text())
        self._finish()
        return self._code()

    def summary_text(self) -> str:
        """Return the run in a few words, for `status`."""
        if self.outcome is None or not self.outcome.happened:
            return "nothing due"
        return ", ".join(
            f"{number} {happened.replace('_', ' ')}"
            for happened, number in sorted(self.outcome.happened.items())
        )

    def _record_changed(self) -> None:
        found = stale(self.desk)
        if found:
            self._begin()
            self._record_series(found)

    def _begin(self) -> None:
        """Note that a run began: one with nothing to do leaves only its end."""
        self.desk.ledger.began(host=self.desk.host, now=self.desk.now())

    def _record_series(self, found: Stale) -> None:
        remembered = [
            each for each in found.sources if not _belongs(self.desk, each.path, each.series)
        ]
        whole = True
        self.recorded.problems += self.desk.workspace.problems
        for compared in compare(self.desk, found.series):
            self.recorded.problems += compared.problems
            if compared.changes is None or self._record(compared.changes):
                whole = False
                continue
            remembered += sources_of(self.desk, compared.series, found.sources)
        if not whole or any(each.severity == "error" for each in self.desk.workspace.problems):
            remembered = [each for each in remembered if each.series]
        self.desk.ledger.remember(remembered, forget=found.removed if whole else ())

    def _record(self, changes: Changes) -> int:
        """Record a series' changes; return how many had to wait."""
        from syndicator.ledger.ledger import LedgerMoved
        from syndicator.planning.changes import compare as changes_of

        waiting = 0
        for attempt in range(AGAIN):
            try:
                waiting = self._record_once(changes)
                break
            except LedgerMoved:
                # Another run recorded the same series first: compare with what it left.
                if attempt == AGAIN - 1 or changes.plan is None:
                    raise
                changes = changes_of(changes.plan, self.desk.ledger.known(changes.series))
        self.recorded.waiting += waiting
        self._keep_ladder(changes)
        return waiting

    def _keep_ladder(self, changes: Changes) -> None:
        from syndicator.cli.gates import keep_ladder

        keep_ladder(self.desk, changes)

    def _record_once(self, changes: Changes) -> int:
        waiting = 0
        mine = [each for each in changes.items if not each.needs_person]
        if mine:
            waiting = self.desk.ledger.record(changes, now=self.desk.now(), actor=self.desk.worker)
        self.recorded.changes += len(mine) - waiting
        self.recorded.need_person += len(changes.items) - len(mine)
        if mine and self.json:
            render.line({"recorded": changes.series, "changes": len(mine) - waiting})
        return waiting

    def _record_file(self, path: Path) -> None:
        from syndicator.cli.planfiles import read

        for changes in read(self.desk, path):
            self._record_once(changes)
            self._keep_ladder(changes)

    def _plan_anew(self, series: set[str]) -> None:
        vars(self.desk).pop("workspace", None)
        for compared in compare(self.desk, series):
            self.recorded.problems += compared.problems
            if compared.changes is not None:
                self._record(compared.changes)

    def _act(self) -> None:
        due = self.desk.ledger.due(self.desk.now(), self.only)
        if not due.releases:
            return
        from syndicator.cli.stranded import stranded

        self.stranded = [row for row, _ in stranded(self.desk, self.only)]
        self._begin()
        from syndicator.cli.progress import view
        from syndicator.dispatch.run import Settings, run

        lease: timedelta = self.desk.config.lease
        settings = Settings(
            worker=self.desk.worker,
            workspace=self.desk.folder,
            jobs=self.jobs,
            lease=lease,
            only=self.only,
        )
        with stopping() as stop, view(due, stop, json_=self.json) as watch:
            self.outcome = run(
                self.desk.ledger,
                self.desk.channels,
                settings,
                clock=self.desk.clock,
                watch=watch,
                stop=stop,
                tell=self.desk.plugins.tell,
            )

    def _finish(self) -> None:
        waiting = self.desk.ledger.next_at()
        if self.json:
            render.line({"summary": self._summary(waiting)})
            return
        click.echo(self._sentence(waiting))
        if self.stranded:
            from syndicator.cli.stranded import sentences

            for text in sentences(self.desk, self.stranded):
                click.echo(text, err=True)
        if self.recorded.need_person:
            count = render.count(self.recorded.need_person, "release")
            click.echo(
                f"{count} out that no calendar asks for any more: syndicate plan --list gone"
            )
        for key, code, said in self.outcome.said[:20] if self.outcome else []:
            click.echo(f"  {key}: {render.said(said)} ({code})", err=True)

    def _summary(self, waiting: datetime | None) -> dict[str, Any]:
        outcome = self.outcome
        return {
            "recorded": self.recorded.changes,
            "happened": dict(outcome.happened) if outcome else {},
            "verdicts": dict(outcome.verdicts) if outcome else {},
            "stopped": bool(outcome and outcome.stopped),
            **({"stranded": [str(row.key) for row in self.stranded]} if self.stranded else {}),
            "next_at": iso(waiting) if waiting else None,
        }

    def _sentence(self, waiting: datetime | None) -> str:
        # A date that is past belongs to what waits for an earlier episode, not to a next run.
        ahead = waiting and waiting > self.desk.now()
        later = f" Next: {waiting:%Y-%m-%d %H:%M} UTC." if ahead else ""
        changes = (
            f"{render.count(self.recorded.changes, 'change')} recorded. "
            if self.recorded.changes
            else ""
        )
        if self.outcome is None or not self.outcome.happened:
            nothing = "Nothing was done." if self.stranded else "Nothing due."
            return f"{changes}{nothing}{later}"
        parts = [f"{number:,} {word}" for word, number in _words(self.outcome) if number]
        ended = " Stopped; the next run goes on." if self.outcome.stopped else ""
        return f"{changes}{', '.join(parts) or 'Nothing changed'}.{ended}{later}"

    def _code(self) -> int:
        codes = [exits.DONE]
        if any(each.severity == "error" for each in self.recorded.problems):
            codes.append(exits.USAGE)
        aside = self.desk.ledger.aside(self.desk.now())
        if aside.held or aside.blocked or aside.tasks or self.stranded:
            codes.append(exits.ASIDE)
        if aside.blocked_by_rights:
            codes.append(exits.REFUSED)
        if aside.unknown:
            codes.append(exits.UNKNOWN)
        if self.outcome:
            codes += _codes_of(self.outcome)
        return max(codes)


def _codes_of(outcome: Outcome) -> Iterator[int]:
    from syndicator.model.state import Happened

    trouble = (Happened.PUT_BACK, Happened.ANSWER_LOST)
    if any(outcome.happened[each] for each in trouble) or outcome.stopped:
        yield exits.TROUBLE
    if outcome.happened[Happened.REFUSED]:
        yield exits.FAILED
    if outcome.verdicts["SY-SIGN-IN"]:
        yield exits.CREDENTIALS


def _words(outcome: Outcome) -> list[tuple[str, int]]:
    from syndicator.model.state import Happened

    counted = outcome.happened
    return [
        ("live", counted[Happened.SEEN_LIVE]),
        ("staged", counted[Happened.STAGE_DONE]),
        ("on the way", counted[Happened.WAITED]),
        ("in processing", counted[Happened.ACCEPTED] + counted[Happened.POLLED]),
        ("withdrawn", counted[Happened.SEEN_GONE]),
        ("to be tried again", counted[Happened.PUT_BACK] + counted[Happened.ANSWER_LOST]),
        ("failed", counted[Happened.REFUSED]),
        ("unknown", counted[Happened.DOUBTED]),
    ]


def _belongs(desk: Desk, path: str, series: str | None) -> bool:
    return series is not None or path in desk.workspace.calendar_series


def _leave() -> None:
    """End at once: no thread is waited for, as if the process were killed.

    Whatever they were about to do is in the ledger; the next run asks what became of it.
    """
    show_cursor = "\x1b[?25h" if sys.stderr.isatty() else ""
    click.echo(f"{show_cursor}syndicate: stopped", err=True)
    os._exit(exits.STOPPED)


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Yield an event that the first Ctrl-C (or SIGTERM) sets; the second one ends at once."""
    stop = threading.Event()
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, frame: object) -> None:  # noqa: ARG001
        if stop.is_set():
            _leave()
        stop.set()
        click.echo("\nFinishing what was begun; Ctrl-C again ends at once.", err=True)

    for each in before:
        signal.signal(each, ask)
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
