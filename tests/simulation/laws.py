"""What must be true of every life, at each write, at each post, and at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from syndicator.dispatch.backoff import ATTEMPTS_MAX
from syndicator.ledger.ledger import Charge
from syndicator.model.state import Happened, advance, replay

from .platform import Post

if TYPE_CHECKING:
    from .world import World

EVENTS = """
SELECT e.release, e.happened, e.state, e.cause FROM event e JOIN release r ON r.id = e.release
WHERE r.key > ? AND r.key < ? ORDER BY e.number
"""
LEDGER_FAULTS = {"busy", "full", "read-only"}
DOUBTS = {"lost", "late", "killed", "frozen", "slow", "bug", "forward", *LEDGER_FAULTS}
"""After which a platform that cannot be asked leaves a release unknown."""


CERTAIN = {"planned", "staged", "failed", "missed", "withdrawn", "held"}
"""What the ledger says only where certainly nothing is there."""


class Broken(AssertionError):  # noqa: N818 - a verdict
    """A law was broken."""


class Laws:
    """Looks on, and raises as soon as something is not as it should be."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rows: dict[int, Any] = {}
        self._given_up: set[str] = set()
        """What was called off, or came too late, at some time: the next episode need not wait."""

        self.broken = ""
        """The first law that was broken: the dispatcher may catch what is raised for it."""

        self._charges: list[Charge] = []

    def must(self, holds: object, what: str) -> None:
        if not holds:
            self._world.note(f"BROKEN: {what}")
            self.broken = self.broken or what
            raise Broken(what)

    # -- at each write --

    def written(self) -> None:
        """Compare the ledger with what it was before the write."""
        world = self._world
        task = world.turns.current
        claim = task.acting if task and task.writes else None
        if task and task.spending:
            self._spent(task.spending)
        for row in world.ledger.database.snapshot(world.series):
            before = self._rows.get(row["id"])
            if before is not None and before != row:
                world.note(
                    f"  {row['key']}: {before['state']} → {row['state']}, "
                    f"token {row['token']}, {row['worker'] or 'free'}, "
                    f"saved {row['saved']}, asked {row['asked']}"
                )
                self._changed(before, row, claim)
            self._rows[row["id"]] = row

    def _changed(self, before: Any, row: Any, claim: Any) -> None:
        key = row["key"]
        if row["state"] in {"withdrawn", "missed"}:
            self._given_up.add(key)
        if claim is not None and claim.row.id == row["id"]:
            holds = before["token"] == claim.token and before["worker"] == claim.worker
            self.must(holds, f"{claim.worker} wrote to {key} after it had lost its lease")
        if before["state"] != row["state"] and row["state"] in CERTAIN and key.endswith("/publish"):
            there = [p for p in self._world.platform.of(key) if not p.is_gone]
            self.must(not there, f"{key} was called {row['state']}, and it is on the platform")
        if row["token"] == before["token"]:
            same = row["worker"] in {before["worker"], None}
            self.must(same, f"{key} went to another worker with the same token")
            return
        self.must(row["token"] > before["token"], f"the token of {key} did not grow")
        now = row["lease_ms"] - self._world.lease_ms if row["lease_ms"] else 0
        ended = before["worker"] is None or before["lease_ms"] <= now
        self.must(ended, f"{key} was claimed while {before['worker']} held a valid lease")

    def look(self) -> None:
        """Take the ledger as it is, after somebody else wrote to it."""
        world = self._world
        for row in world.ledger.database.snapshot(world.series):
            if row["state"] in {"withdrawn", "missed"}:
                self._given_up.add(row["key"])
            self._rows[row["id"]] = row

    # -- on the platform --

    def _spent(self, charges: Sequence[Charge]) -> None:
        """Count again what the ledger has counted, where it let something be spent."""
        total = self._world.ledger.database.one("SELECT coalesce(sum(used), 0) FROM spent")[0]
        if total == sum(each.cost for each in self._charges):
            return
        self._charges += charges
        for charge in charges:
            used = sum(
                each.cost
                for each in self._charges
                if each.account == charge.account and each.span >= charge.since
            )
            self.must(used <= charge.amount, f"{used} of {charge.amount} posts of {charge.account}")

    def about_to_post(self, key: str) -> None:
        """A request that makes a post goes out."""
        task = self._world.turns.current
        if self._world.drawn.quota is not None:
            self.must(task and task.has_spent, f"{key} is posted without spending of its quota")

    def posted(self, post: Post) -> None:
        """A post was made."""
        there = self._world.platform.of(post.key)
        left = [each for each in there if each.was_visible or not each.is_gone]
        self.must(len(left) <= 1, f"{post.key} was posted twice")

    def shown(self, post: Post) -> None:
        """A post became visible."""
        world = self._world
        _, cut, channel = post.key.split("/")[:3]
        for key in world.keys:
            if key.split("/")[2] == channel and key.split("/")[1] < cut:
                seen = any(p.is_visible or p.is_gone for p in world.platform.of(key))
                self.must(seen or key in self._given_up, f"{post.key} came out before {key}")

    # -- at the end --

    def at_rest(self, *, put_right: bool) -> None:
        """Compare ledger, history and platform once nothing moves any more."""
        world = self._world
        rows = world.ledger.database.snapshot(world.series)
        self._history(rows)
        for row in rows:
            key = row["key"]
            idle = row["worker"] is None and row["lease_ms"] is None
            self.must(idle, f"{key} is {row['state']} and {row['worker']} still holds it")
            if key.endswith("/withdraw") and row["state"] == "withdrawn":
                posts = world.platform.of(key.removesuffix("withdraw") + "publish")
                left = any(post.is_visible for post in posts)
                self.must(not left, f"{key} was seen done, and it is visible")
            if key.endswith("/publish"):
                self._agrees(row, rows, put_right=put_right)
                self._explained(row, rows, put_right=put_right)

    def _history(self, rows: Any) -> None:
        world = self._world
        told: dict[int, list[Any]] = {row["id"]: [] for row in rows}
        for event in world.ledger.database.all(EVENTS, (f"{world.series}/", f"{world.series}0")):
            told[event["release"]].append(event)
        for row in rows:
            events = told[row["id"]]
            state = None
            for event in events:
                state = advance(state, Happened(event["happened"]))
                self.must(state == event["state"], f"the history of {row['key']} does not fit")
            last = replay(event["happened"] for event in events)
            self.must(last == row["state"], f"{row['key']} is {row['state']}, and its history "
                      f"says {last}")  # fmt: skip

    def _agrees(self, row: Any, rows: Any, *, put_right: bool) -> None:
        """What the ledger says is what the platform shows."""
        key, state = row["key"], row["state"]
        posts = self._world.platform.of(key)
        visible = [each for each in posts if each.is_visible]
        if state == "live":
            if not put_right and _is_being_taken_off(key, rows) and not visible:
                return
            self.must(len(visible) == 1, f"{key} is live, and {len(visible)} posts are visible")
            named = f'"remote_id":"{visible[0].id}"' in row["receipt"]
            self.must(named, f"{key} is live, and its receipt {row['receipt']} does not name "
                      f"{visible[0].id}")  # fmt: skip
            return
        self.must(not visible or state == "unknown", f"{key} is {state}, and it is visible")

    def _explained(self, row: Any, rows: Any, *, put_right: bool) -> None:
        """Nothing is lost: what is not live has a reason."""
        world, key, state = self._world, row["key"], row["state"]
        told = world.told[key]
        if state == "live":
            return
        if state in {"planned", "staged"}:
            waits = any(
                other["key"] < key and other["state"] in {"held", "failed", "unknown"}
                for other in rows if other["key"].split("/")[2] == key.split("/")[2]
            ) and not put_right  # fmt: skip
            self.must(waits, f"{key} is {state} and nothing is going to happen")
            return
        doubts = {"bug"} if "/two-step/" in key else DOUBTS
        if row["error"].startswith("its rights ended before it was known"):
            doubts = DOUBTS  # rather not known than opened without rights
        allowed = {
            "failed": {"refused", "bug"},
            "unknown": doubts,
            "held": {"hold"},
            "withdrawn": {"cancel", "takedown"},
            "missed": {"takedown"},
        }.get(state, set())
        if row["attempt"] >= ATTEMPTS_MAX:
            told = told | {"bug"}  # it was tried often enough
        if put_right and state in {"failed", "unknown", "held"}:
            allowed = set()
        self.must(told & allowed, f"{key} is {state}, which nothing explains: {sorted(told)}")


def _is_being_taken_off(key: str, rows: Any) -> bool:
    """Return whether a takedown may have had its effect, and its end was not heard of."""
    off = key.removesuffix("publish") + "withdraw"
    return any(row["key"] == off and row["state"] in {"unknown", "failed"} for row in rows)
