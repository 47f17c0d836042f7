"""People who act in between: they may say anything at any time, but they do not lie.

Somebody who says that a release is not there has looked, and has waited until no request for it is
on its way. That a request may land after somebody has looked is a limit that no ledger can lift.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syndicator.dispatch.reconcile import ask
from syndicator.ledger.rows import row_of
from syndicator.model.release import Receipt
from syndicator.model.state import Happened

if TYPE_CHECKING:
    from .world import World

VERBS = {
    "hold": Happened.HELD,
    "cancel": Happened.CANCELLED,
    "resume": Happened.RESUMED,
    "retry it": Happened.RETRIED,
}
ENDS = {"held": "resume", "failed": "retry it", "unknown": "find out"}
ROW = "SELECT * FROM release WHERE key = ?"


class People:
    """Whoever has the right to say something of a release."""

    def __init__(self, world: World) -> None:
        self._world = world

    def do(self, verb: str, size: float) -> None:
        """Say something of one release."""
        keys = self._world.keys
        self._say(verb, keys[int(size * len(keys))], guess=size)

    def have_something_to_do(self) -> bool:
        """Return whether anything waits for a person."""
        rows = self._world.ledger.database.snapshot(self._world.series)
        return any(row["state"] in ENDS for row in rows)

    def put_right(self) -> bool:
        """End what waits for a person; return whether there was anything."""
        world = self._world
        found = [
            (ENDS[row["state"]], row["key"])
            for row in world.ledger.database.snapshot(world.series)
            if row["state"] in ENDS
        ]
        return sum(self._say(verb, key, guess=1) for verb, key in found) > 0

    def _say(self, verb: str, key: str, *, guess: float) -> bool:
        world = self._world
        row = world.ledger.database.one(ROW, (key,))
        if verb == "find out" and self._is_on_its_way(row):
            return False
        was, world.is_calm = world.is_calm, True
        try:
            said = self._find_out(row, guess) if verb == "find out" else self._tell(row, verb)
        finally:
            world.is_calm = was
        if said:
            world.note(f"a person: {verb} {key}")
            world.told[key].add(verb)
        world.laws.look()
        return said

    def _tell(self, row: Any, verb: str) -> bool:
        world = self._world
        if verb == "retry it" and world.platform.of(row["key"]) and row["state"] == "withdrawn":
            return False  # it was out and was taken off: to post it again is another post
        told = world.ledger.tell(
            [row["id"]], VERBS[verb], now=world.now(), actor="mia", cause="she said so"
        )
        return bool(told)

    def _find_out(self, row: Any, guess: float) -> bool:
        """Ask the channel, or look; and say what is there."""
        world = self._world
        if row["state"] not in {"unknown", "processing"}:
            return False
        if row["state"] == "unknown" and guess > 0.5 and row["action"] == "publish":
            found = row_of(row)
            event, _ = ask(world.ledger, world.channels, found, workspace=None, now=world.now())  # type: ignore[arg-type]
            if event is not None:
                return True
        key = row["key"].replace("/withdraw", "/publish")
        posts = [each for each in world.platform.of(key) if not each.is_gone]
        if posts and not posts[0].is_visible:
            return False  # neither there nor absent yet
        happened = Happened.DECLARED_LIVE if posts else Happened.DECLARED_ABSENT
        receipt = Receipt(remote_id=posts[0].id) if posts else None
        told = world.ledger.tell(
            [row["id"]], happened, now=world.now(), actor="mia", cause="she looked", receipt=receipt
        )
        return bool(told)

    def _is_on_its_way(self, row: Any) -> bool:
        world = self._world
        if any(whose == row["key"] for _, whose, _ in world.platform.later):
            return True
        return any(
            each.acting is not None and each.acting.row.id == row["id"]
            for each in world.turns.tasks if each is not world.turns.current
        )  # fmt: skip
