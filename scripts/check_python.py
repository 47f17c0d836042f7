"""Say plainly which Python is needed, before anything is installed with a wrong one."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the one file that older ones must be able to read
    sys.exit(
        "syndicator needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". "
        "Try: make PYTHON=python3.12 demo"
    )
