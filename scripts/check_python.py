"""Say plainly which Python is needed, before anything is installed with a wrong one."""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "syndicator needs Python 3.11 or newer; this is %s. "
        "Try: make PYTHON=python3.12 demo" % sys.version.split()[0]
    )
