"""What must hold when all is quiet: the ledger and the other side say the same, and once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from syndicator.channel import Action, Reconcile
from syndicator.channel.sandbox import Post
from syndicator.channel.testing._lab import Lab
from syndicator.channel.testing._platform import Shown
from syndicator.channel.testing._played import Played
from syndicator.channel.testing._workspace import Asked
from syndicator.ledger.ledger import Filter, Ledger, Row
from syndicator.model.state import State, replay

MAY_STAY_UNKNOWN = frozenset({Reconcile.NONE, Reconcile.FINGERPRINT})
"""Classes in which there can be nobody to ask."""


def faults(lab: Lab, played: Played, well: Played) -> list[str]:
    """Return what is wrong with a trial, beside the same one in which nothing went wrong."""
    found = [*played.faults]
    publishes = [row for row in played.rows if row.key.action == Action.PUBLISH]
    visible = [post for post in played.posts if post.visible]
    found += _states(lab, played, well)
    if not any(row.state is State.UNKNOWN for row in played.rows):
        found += _posts(played.shown, well.shown)
    elif len(visible) > len(publishes):
        found.append(f"{len(visible)} posts to be seen of {len(publishes)} releases")
    found += _receipts(publishes, visible, lab)
    found += lab.read(lambda ledger: [*_ledger(ledger)])
    found += secrets(lab, played)
    return list(dict.fromkeys(found))


def as_asked(lab: Lab, played: Played, asked: Asked) -> Iterator[str]:
    """Yield what of a release in which nothing went wrong is not as its files ask for."""
    visible = [post for post in played.posts if post.visible]
    if asked.action is Action.WITHDRAW:
        if visible:
            yield f"it is withdrawn, and {len(visible)} posts can be seen"
        return
    if lab.trial.ends == "live" and len(visible) != lab.trial.episodes:
        yield f"{len(visible)} posts to be seen of {lab.trial.episodes} releases"
    words = lab.workspace.words(asked)
    media = lab.workspace.media_digest()
    for seen in played.shown:
        text = f"{seen.title}\n{seen.text}"
        for name in ("title", "synopsis"):
            if name in lab.trial.shows and words[name] not in text:
                yield f"{asked.action}: the post does not show the {name} {words[name]!r}: {text!r}"
        if "media" in lab.trial.shows and seen.media != media:
            yield f"{asked.action}: the post does not have the bytes of the episode"


def is_unknown(played: Played) -> bool:
    """Return whether the trial ended with a question for a person."""
    return any(row.state is State.UNKNOWN for row in played.rows)


def second_plan(lab: Lab) -> list[str]:
    """Return what a plan of the same files would change after the trial."""
    told = lab.ask("record", only_look=True)
    if told.get("error"):
        return [f"planning again ended with {told['error']}"]
    return [f"a second plan is not empty: {told['items']} changes"] if told["items"] else []


def secrets(lab: Lab, played: Played) -> list[str]:
    """Return where a secret can be read: in the ledger's file, or in what the run said."""
    home = lab.workspace.folder
    places = {
        "the ledger": [home / "syndicator.db", home / "syndicator.db-wal"],
        "what the worker printed": [home / "said.txt"],
    }
    said = " ".join(text for each in played.said for text in each)
    found = []
    for secret in filter(None, lab.secrets):
        for place, paths in places.items():
            if any(path.exists() and secret.encode() in path.read_bytes() for path in paths):
                found.append(f"a secret can be read in {place}")
        if secret in said:
            found.append("a secret can be read in what the run said")
    return found


def _states(lab: Lab, played: Played, well: Played) -> Iterator[str]:
    wanted = {row.key: row.state for row in well.rows}
    may = lab.capabilities.reconcile
    for row in played.rows:
        if row.state is wanted.get(row.key):
            continue
        if row.state is State.UNKNOWN and (may in MAY_STAY_UNKNOWN or _nothing(may, played)):
            continue
        if row.state is State.UNKNOWN:
            yield f"{row.key} is unknown, and it declares that it can be asked: {row.error}"
            continue
        yield f"{row.key} ended {row.state}, not {wanted.get(row.key)}: {row.error or 'no reason'}"


def _nothing(may: Reconcile, played: Played) -> bool:
    """Return whether nothing came of it, in a class in which silence proves nothing."""
    return may is Reconcile.MARKER and not played.posts


def _posts(visible: list[Shown], well: list[Shown]) -> Iterator[str]:
    if len(visible) != len(well):
        yield f"{len(visible)} posts to be seen, where {len(well)} belong"
        return
    for post in Counter(visible) - Counter(well):
        yield f"the post {post.title!r} does not show what was asked for"


def _receipts(publishes: list[Row], visible: list[Post], lab: Lab) -> Iterator[str]:
    ids = {post.id for post in visible}
    live = [row for row in publishes if row.state is State.LIVE]
    named = [row.receipt.remote_id for row in live if row.receipt]
    if len(set(named)) < len(named):
        yield "two releases have the same receipt"
    for row in live:
        if row.receipt is None:
            yield f"{row.key} is live without a receipt"
        elif row.receipt.remote_id not in ids:
            yield f"the receipt of {row.key} names nothing that can be seen"
    if lab.trial.ends == "live" and not is_asked(publishes):
        for id_ in sorted(ids - set(named)):
            yield f"the post {id_} can be seen, and no release has it"


def is_asked(rows: list[Row]) -> bool:
    """Return whether one of them is a question for a person."""
    return any(row.state is State.UNKNOWN for row in rows)


def _ledger(ledger: Ledger) -> Iterator[str]:
    for row in ledger.rows(Filter()):
        if row.worker:
            yield f"{row.key} is still claimed by {row.worker}"
        history = [event.happened for event in ledger.history(row.id)]
        if replay(history) is not row.state:
            yield f"the history of {row.key} does not lead to {row.state}"
