"""A process with a session of its own: does what it is told on a line, and says what came of it.

The store of one that is told to die ends it at that step, as `kill -9` would.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

import syndicator.channel as sc
from syndicator.channel._http import Http
from syndicator.channel._oauth import OAuth
from syndicator.signin.journal import Asked
from syndicator.signin.session import Session
from syndicator.signin.store import FileStore, store_of


class Dying(FileStore):
    def asks(self, asked: Asked) -> None:
        super().asks(asked)
        self._die("asked")

    def answered(self, asked: Asked, body: bytes) -> None:
        self._die("answered")
        super().answered(asked, body)
        self._die("noted")

    def settled(self) -> None:
        self._die("settled")
        super().settled()

    def _drop(self, slot: str) -> None:
        self._die("written")
        super()._drop(slot)

    def _die(self, step: str) -> None:
        if os.environ.get("DIE") == step:
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    given = json.loads(sys.argv[1])
    folder, url = Path(given["folder"]), given["url"]
    names = given["names"]
    if names["client_id_name"] == "client_key":
        names["challenge"] = lambda verifier: hashlib.sha256(verifier.encode()).hexdigest()
    oauth = OAuth(f"{url}/authorize", f"{url}/token", ("post", "read"), **names)
    at = [datetime.fromisoformat(given["now"])]
    store = store_of(None, "studio", folder)
    assert isinstance(store, FileStore)
    session = Session(
        oauth, "file:client.json", Dying(store.path, store._lock), channel="studio",
        folder=folder, environ={}, now=lambda: at[0],
    )  # fmt: skip
    http = Http(url, credentials=session, now=lambda: at[0])
    for line in sys.stdin:
        at[0] = datetime.fromisoformat(line.strip())
        try:
            said: object = http.exchange("GET", "/me").status
        except sc.ChannelError as error:
            said = f"{type(error).__name__}: {error}"
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


main()
