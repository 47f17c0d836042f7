"""Webhooks: a signed message makes what it is about due; everything else changes nothing."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from syndicator.cli.desk import Desk
from syndicator.dispatch.listen import BODY_MAX, Listener, server

from .conftest import Shell

EP1 = "s0/ep001/tube/pilot/publish"

HEARING = """
import json
import syndicator.channel as sc
from syndicator_toy import Toy

class Hearing(sc.Channel):
    name = "hearing"
    options_schema = Toy.options_schema
    capabilities = sc.Capabilities(platform="Hearing", reconcile=sc.Reconcile.HANDLE)

    def publish(self, release, progress):
        progress.save(handle="h-" + release.cut.id)
        return sc.Pending(after=86400, note="in moderation")

    def poll(self, release, progress):
        return sc.Receipt(remote_id="p1")

    def hear(self, headers, body):
        if headers.get("x-signature") != "good":
            raise sc.Forged("not theirs")
        said = json.loads(body)
        if "bug" in said:
            raise KeyError("bug")
        return [sc.Heard(name=said["event"], match=said.get("match", {}), text="it is out",
                         sign_in_again=said["event"] == "removed")]

@sc.hookimpl
def register_adapters():
    return [Hearing]
"""


@pytest.fixture
def hearing(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    home = tmp_path / "plugins"
    info = home / "hearing-1.0.dist-info"
    info.mkdir(parents=True)
    (home / "hearing_channel.py").write_text(HEARING)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hearing\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[syndicator]\nhearing = hearing_channel\n")
    monkeypatch.setattr(sys, "path", [str(home), *sys.path])
    shell.edit("syndicator.toml", 'adapter = "toy"\n', 'adapter = "hearing"\n')
    return shell


@pytest.fixture
def address(hearing: Shell) -> Iterator[str]:
    """Listen in a thread, on the workspace of the shell."""
    desk = Desk(str(hearing.folder))
    listener = Listener(desk.ledger, desk.channels, now=desk.now, said=lambda *_: None)
    bound = server(listener, "127.0.0.1", 0)
    thread = threading.Thread(target=bound.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{bound.server_address[1]}"
    bound.shutdown()
    thread.join()
    bound.server_close()
    desk.ledger.close()


def tell(address: str, signature: str = "good", path: str = "/hooks/tube", **said: object) -> int:
    body = json.dumps({"event": "out", **said})
    return httpx.post(address + path, content=body, headers={"X-Signature": signature}).status_code


def state(shell: Shell) -> str:
    return str(shell("show", EP1, "--json").lines[0]["state"])


def test_a_message_makes_the_release_due_that_it_is_about(hearing: Shell, address: str) -> None:
    hearing("release", "--channel", "tube")
    assert state(hearing) == "processing"
    hearing("release", "--channel", "tube")
    assert state(hearing) == "processing", "its next look is tomorrow"
    assert tell(address, match={"handle": "h-ep002"}) == 200
    hearing("release", "--channel", "tube")
    assert state(hearing) == "processing", "another one was meant"
    assert tell(address, match={"handle": "h-ep001"}) == 200
    assert tell(address, match={"handle": "h-ep001"}) == 200, "they come twice"
    hearing("release", "--channel", "tube")
    assert state(hearing) == "live"


@pytest.mark.parametrize(
    ("signature", "path", "status"),
    [
        ("bad", "/hooks/tube", 401), ("", "/hooks/tube", 401), ("good", "/hooks/app", 404),
        ("good", "/hooks/nobody", 404), ("good", "/", 404), ("good", "/hooks/../tube", 404),
    ],
)  # fmt: skip
def test_what_is_not_for_us_changes_nothing(
    hearing: Shell, address: str, signature: str, path: str, status: int
) -> None:
    hearing("release", "--channel", "tube")
    assert tell(address, signature, path, match={"handle": "h-ep001"}) == status
    hearing("release", "--channel", "tube")
    assert state(hearing) == "processing"


def test_rubbish_gets_an_answer_and_no_traceback(hearing: Shell, address: str) -> None:
    assert tell(address, bug=True) == 500
    url = f"{address}/hooks/tube"
    assert httpx.post(url, content=b"\xff{", headers={"X-Signature": "good"}).status_code == 500
    assert httpx.post(url, content=b"x" * (BODY_MAX + 1)).status_code == 413
    assert httpx.get(url).status_code == 405
    assert httpx.get(f"{address}/healthz").status_code == 200
    answer = httpx.post(url, content=b"\xff{", headers={"X-Signature": "good"})
    assert answer.text == ""


def test_a_permission_that_is_gone_pauses_the_channel(hearing: Shell, address: str) -> None:
    hearing("release", "--channel", "tube")
    assert tell(address, event="removed") == 200
    said = hearing("status").out
    assert "tube is left alone until" in said
    assert "Nothing needs a person." not in said
    (rest,) = json.loads(hearing("status", "--json").out)["left_alone"]
    assert (rest["channel"], rest["why"]) == ("tube", "it is out")


def test_a_workspace_without_such_channels_is_told(shell: Shell) -> None:
    said = shell("listen", "--port", "0")
    assert said.code == 2
    assert "hears webhooks" in said.err
