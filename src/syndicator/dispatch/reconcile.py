"""Find out what became of a release whose outcome is unknown, by asking its channel."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from syndicator import channel as sc
from syndicator.dispatch.channels import Channels
from syndicator.dispatch.resolve import resolve
from syndicator.ledger.ledger import Ledger, Row
from syndicator.model.event import Event
from syndicator.model.state import Happened


class _ReadOnly:
    """A look-up saves nothing and sends nothing."""

    def write(self, saved: Mapping[str, Any], asked: Collection[str]) -> None:  # noqa: ARG002
        raise RuntimeError("find() makes no writes")

    def count(self, number: int) -> None:
        """Count nothing."""

    def should_stop(self) -> bool:
        return False


def ask(
    ledger: Ledger, channels: Channels, row: Row, *, workspace: Path, now: datetime
) -> tuple[Event | None, str]:
    """Ask the channel; return the event if there is proof, else None and why there is none.

    A hit is proof that the release is live. Finding nothing is proof of nothing.
    """
    adapter = channels.adapter(row.key.channel) if row.key.channel in channels.names else None
    if adapter is None:
        return None, "its channel is not configured"
    if not adapter.can("find"):
        return (
            None,
            f"{adapter.name} cannot be asked; look yourself and say --is-live or --is-absent",
        )
    release = resolve(ledger, row, None, workspace)
    try:
        progress = sc.Progress(
            str(row.key), _ReadOnly(), saved=row.saved, asked=row.asked, seal=channels.seal
        )
        found = channels.ready(row.key.channel).find(release, progress)
    except sc.ChannelError as error:
        return None, channels.redact(error.reason)
    except Exception as error:  # noqa: BLE001 - an adapter may raise anything at all
        return None, channels.redact(f"{adapter.name} failed: {type(error).__name__}: {error}")
    if found is None:
        return None, "the channel shows nothing of it, which proves nothing"
    events = ledger.tell(
        [row.id],
        Happened.SEEN_LIVE,
        now=now,
        actor=adapter.name,
        cause=f"the channel has it as {found.remote_id}",
        receipt=found if found.seen_at else attrs.evolve(found, seen_at=now),
    )
    return (events[0], "") if events else (None, "another worker holds it")
