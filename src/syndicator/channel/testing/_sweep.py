"""Every exchange of every operation, and every way in which it can go wrong."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from syndicator.channel import Action, Channel, TerritoryControl
from syndicator.channel.testing import _judge
from syndicator.channel.testing._kinds import OF_FOLDERS, OF_NETWORKS, Kind
from syndicator.channel.testing._lab import Lab
from syndicator.channel.testing._platform import Folder
from syndicator.channel.testing._played import Beginning, Played
from syndicator.channel.testing._process import Died, Hung
from syndicator.channel.testing._proxy import Exchange
from syndicator.channel.testing._trial import Trial
from syndicator.channel.testing._workspace import Asked

CALLS = ("metrics", "find", "check")
"""Operations that change nothing, and are called by themselves."""


@attrs.frozen
class Cell:
    """One operation in which one or two exchanges go wrong."""

    operation: str
    script: tuple[tuple[int, Kind], ...]

    def __str__(self) -> str:
        return "/".join([self.operation, *(f"{n}/{kind}" for n, kind in self.script)])

    @classmethod
    def parse(cls, text: str) -> Cell:
        """Return what a cell's name means.

        Raises:
            ValueError: it is none.
        """
        operation, *rest = text.split("/")
        if not rest or len(rest) % 2:
            raise ValueError(f"{text!r} is no cell; they read like publish/3/lost-after")
        numbers, kinds = rest[::2], rest[1::2]
        return cls(
            operation, tuple((int(n), Kind(kind)) for n, kind in zip(numbers, kinds, strict=True))
        )


@attrs.frozen
class Result:
    """What came of a cell or of a check."""

    name: str
    verdict: str
    """`passed`, `failed`, `unknown` (a question for a person, where the channel says that there is
    nobody to ask) or `waived`."""

    why: tuple[str, ...] = ()
    about: str = ""
    """The exchange, or what is checked."""


def changes_of(adapter: type[Channel], trial: Trial) -> list[str]:
    """Return the operations that change what is live, as a trial's options make them."""
    control = adapter.declared(trial.options).territory_control
    words = ["update", "withdraw"]
    if control is TerritoryControl.NATIVE:
        words.insert(1, "extend")
    return [word for word in words if adapter.can(word)]


class Sweep:
    """Plays the cells of one channel."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._begun: dict[str, Beginning] = {}
        self._well: dict[str, Played] = {}
        self._answers: dict[str, Any] = {}

    @property
    def operations(self) -> list[str]:
        """What the channel can do."""
        calls = [word for word in CALLS if word == "check" or self.lab.adapter.can(word)]
        return ["publish", *changes_of(self.lab.adapter, self.lab.trial), *calls]

    @property
    def kinds(self) -> Sequence[Kind]:
        """What can go wrong with this kind of channel."""
        return OF_FOLDERS if isinstance(self.lab.platform, Folder) else OF_NETWORKS

    def exchanges(self, operation: str) -> list[Exchange]:
        """Return the exchanges of an operation in which nothing goes wrong."""
        return self.well(operation).exchanges

    def well(self, operation: str) -> Played:
        """Return how an operation goes when nothing goes wrong."""
        if operation not in self._well:
            self._well[operation] = self._go_well(operation)
        return self._well[operation]

    def cells(self, operation: str, kind: Kind | None = None) -> Iterator[Cell]:
        """Yield the cells in which one exchange goes wrong."""
        for exchange in self.exchanges(operation):
            for each in self.kinds if kind is None else [kind]:
                yield Cell(operation, ((exchange.number, each),))

    def pairs(self, most: int | None) -> list[Cell]:
        """Return the cells in which two exchanges of publishing go wrong.

        The numbers count all exchanges, so that the second one may be one that the first fault
        called for. With `most`, so many of them, evenly spread.
        """
        ways = [(e.number, kind) for e in self.exchanges("publish") for kind in self.kinds]
        every = [Cell("publish", pair) for pair in itertools.combinations(ways, 2)
                 if pair[0][0] < pair[1][0]]  # fmt: skip
        if most is None or most >= len(every):
            return every
        return [every[index * len(every) // most] for index in range(most)]

    def run(self, cell: Cell) -> Result:
        """Play a cell and judge it."""
        about = self._about(cell)
        try:
            if cell.operation in CALLS:
                return self._result(cell, about, self._call(cell))
            well = self.well(cell.operation)
            played = self.lab.play(self.beginning(cell.operation), dict(cell.script))
            found = _judge.faults(self.lab, played, well) + _judge.second_plan(self.lab)
        except Hung as hung:
            return Result(str(cell), "failed", (str(hung),), about)
        if not played.happened and len(cell.script) == 1:
            found.append("the exchange that was to go wrong did not come: trials differ")
        if not found and _judge.is_unknown(played):
            return Result(str(cell), "unknown", (), about)
        return self._result(cell, about, found)

    def beginning(self, operation: str) -> Beginning:
        """Return where an operation begins."""
        if operation not in self._begun:
            asked = Asked(action=Action(operation))
            self._begun[operation] = (
                self.lab.planned if operation == "publish" else self.lab.beginning(asked)
            )
        return self._begun[operation]

    def _go_well(self, operation: str) -> Played:
        if operation in CALLS:
            played, self._answers[operation] = self._called(operation, {})
            return played
        played = self.lab.play(self.beginning(operation))
        if operation == "publish":
            self.lab.must_be_out(played)
        return played

    def _called(self, operation: str, script: dict[int, Kind]) -> tuple[Played, Any]:
        """Call an operation as often as it takes until it is heard."""
        lab = self.lab
        lab.restore(lab.live)
        lab.begin(script)
        (lab.workspace.folder / "phase").write_text(operation.ljust(16))
        told: Any = {}
        for _ in range(5):
            try:
                told = lab.ask("call", operation=operation)
            except Died:
                lab.drop_worker()
                continue
            if "verdict" not in told:
                break
        return Played(exchanges=list(lab.proxy.exchanges), happened=not lab.proxy.script), told

    def _call(self, cell: Cell) -> list[str]:
        self.well(cell.operation)
        self.lab.restore(self.lab.live)
        before = [post.as_json() for post in self.lab.platform.posts()]
        played, told = self._called(cell.operation, dict(cell.script))
        wanted, found = self._answers[cell.operation], _judge.secrets(self.lab, played)
        if told != wanted:
            found.append(f"it answers {told}, where without a fault it answers {wanted}")
        after = [post.as_json() for post in self.lab.platform.posts()]
        if before != after:
            found.append("it changed something on the platform")
        return found

    def _about(self, cell: Cell) -> str:
        known = {each.number: each for each in self.exchanges(cell.operation)}
        return "; ".join(str(known.get(number, number)) for number, _ in cell.script)

    def _result(self, cell: Cell, about: str, found: list[str]) -> Result:
        return Result(str(cell), "failed" if found else "passed", tuple(found), about)
