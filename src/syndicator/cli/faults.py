"""From what went wrong to one sentence and an exit code."""

from __future__ import annotations

import os
from pathlib import Path

from syndicator.cli import exits


class Fault(Exception):
    """Something a user can act on, with the exit code it leaves with."""

    def __init__(self, text: str, code: int = exits.USAGE) -> None:
        super().__init__(text)
        self.code = code


def explain(error: Exception) -> tuple[str, int]:
    """Return the sentence and the exit code for an exception nobody caught."""
    from syndicator.ledger.ledger import LedgerError, LedgerMoved

    if isinstance(error, LedgerError):
        return str(error), exits.NOTHING_TRIED
    if isinstance(error, LedgerMoved):
        return f"{error}; make a new plan: syndicate plan -o FILE", exits.USAGE
    if isinstance(error, UnicodeEncodeError) and error.reason == "surrogates not allowed":
        return "a word on the command line is no UTF-8 text; write it anew", exits.USAGE
    if isinstance(error, OSError):
        where = f" {error.filename}" if error.filename else ""
        return f"cannot use{where}: {error.strerror or error}", exits.NOTHING_TRIED
    return _bug(error), exits.NOTHING_TRIED


def _bug(error: Exception) -> str:
    """Keep the traceback in a file for a report; the terminal gets one line."""
    import tempfile
    import traceback

    text = f"this is a fault in syndicator: {type(error).__name__}: {error}"
    if os.environ.get("SYNDICATOR_DEBUG"):
        traceback.print_exception(error)
        return text
    handle, name = tempfile.mkstemp(prefix="syndicate-", suffix=".txt", text=True)
    with os.fdopen(handle, "w") as file:
        traceback.print_exception(error, file=file)
    return f"{text}\nPlease report it with {Path(name)}"
