"""Exit codes; the highest that applies. Documented in docs/reference/exit-codes.md."""

DONE = 0
"""Done, or nothing due."""

USAGE = 2
"""Wrong words on the command line, or faults in files."""

ASIDE = 4
"""Due work is held or blocked."""

TROUBLE = 5
"""Temporary trouble; the next run continues."""

FAILED = 6
"""Some releases failed for good."""

NOTHING_TRIED = 7
"""Nothing could be tried: ledger unreachable, disk full."""

UNKNOWN = 8
"""Unknown outcomes are present."""

CREDENTIALS = 9
"""Credentials are missing or not accepted."""

REFUSED = 10
"""Refused by rights or balance."""

STOPPED = 130
"""Stopped by Ctrl-C; what was begun is finished or saved."""
