"""A channel for a platform without a sandbox, and how the kit runs it against a plain server."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.request import urlopen

import syndicator.channel as sc
from syndicator.channel.sandbox import Post
from syndicator.channel.testing import Trial

SERVER = Path(__file__).with_name("plain_server.py")


class Plain(sc.Channel):
    """Puts posters up, and finds them by their tag."""

    name = "plain"
    capabilities = sc.Capabilities(platform="Plain", reconcile=sc.Reconcile.MARKER)

    @classmethod
    def trial(cls) -> Trial:
        return Trial(platform=Server)

    def publish(self, release, progress):
        body = {"title": release.title, "tag": str(release.key)}
        number = progress.once(
            "poster",
            lambda: self._put_up(body),
            lost=lambda: self._listed(body["tag"]),
        )
        self.http.request("GET", f"/posters/{number}")
        return sc.Receipt(remote_id=number)

    def _put_up(self, body):
        found = self.http.request("POST", "/posters", json=body)
        if not found:
            raise sc.AnswerLost("the answer is empty")
        return found["id"]

    def _listed(self, tag):
        found = self.http.request("GET", "/posters", params={"tag": tag})
        return found[0]["id"] if found else None


class Careless(Plain):
    """The same, and never asks."""

    name = "careless"

    def publish(self, release, progress):
        body = {"title": release.title, "tag": str(release.key)}
        number = progress.remember("poster", lambda: self._put_up(body))
        return sc.Receipt(remote_id=number)


class Server:
    """The plain server, started anew to forget."""

    def __init__(self, folder: Path) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._port = 0
        self.restore(None)
        self.url = f"http://127.0.0.1:{self._port}"

    def posts(self) -> Sequence[Post]:
        with urlopen(f"{self.url}/posters") as answer:
            found = json.load(answer)
        return [Post(id=p["id"], title=p["title"], status="up", visible=True) for p in found]

    def advance(self, seconds: float) -> None:
        """It has no clock."""

    def snapshot(self) -> None:
        """It can only be begun anew: releases are tried from the beginning."""

    def restore(self, snapshot: None) -> None:
        self.close()
        words = [sys.executable, str(SERVER), str(self._port)]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self._port = int(self._process.stdout.readline())

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
