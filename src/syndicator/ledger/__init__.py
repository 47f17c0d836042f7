"""What was asked, tried and answered, durably."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from syndicator.ledger.ledger import Ledger


def open_ledger(url: str, folder: Path) -> Ledger:
    """Open the ledger that `ledger.url` names; a relative path is relative to the workspace.

    Raises:
        LedgerError: it cannot be used; the message says why and what to do.
    """
    from syndicator.ledger.ledger import LedgerUnreachable

    scheme, _, rest = url.partition("://")
    if scheme != "sqlite":
        raise LedgerUnreachable(
            f"ledger.url is {url!r}; this version keeps its ledger in sqlite:///path"
        )
    from syndicator.ledger.sqlite import SqliteLedger

    return SqliteLedger(folder / rest.removeprefix("/"))
