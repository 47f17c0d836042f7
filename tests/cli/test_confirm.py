"""What a platform's interface cannot do: a person does it, and it is tracked until confirmed."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from .conftest import Shell

EP1 = "s0/ep001/tube/pilot/publish"
EP2 = "s0/ep002/tube/pilot/publish"

INBOX = """
import syndicator.channel as sc
from syndicator_toy import Toy

class Inbox(sc.Channel):
    name = "inbox"
    options_schema = Toy.options_schema
    capabilities = sc.Capabilities(platform="Inbox", reconcile=sc.Reconcile.HANDLE)
    waits = sc.Pending(after=1, note="in the inbox", task=sc.Task("Open the app and press Post."))

    def stage(self, release, progress):
        times = progress.saved.get("times", 0)
        progress.save(times=times + 1)
        task = sc.Task("Hand it in at the portal.") if times else None
        return sc.Pending(after=1, note="being looked at", task=task) if times < 2 else None

    def publish(self, release, progress):
        progress.once("sent", lambda: "d1")
        progress.save(address=sc.Secret("https://up.example/?token=s3cret-address"))
        return self.waits

    def poll(self, release, progress):
        assert progress.saved["address"].reveal().endswith("s3cret-address")
        return self.waits

    def by_hand(self, operation, release):
        url = release.receipt and release.receipt.url
        return sc.Task(f"{operation} it in the app.", url=url)

@sc.hookimpl
def register_adapters():
    return [Inbox]
"""


@pytest.fixture
def inbox(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Put a channel that needs a person for everything in the place of `tube`; one episode due."""
    home = tmp_path / "plugins"
    info = home / "inbox-1.0.dist-info"
    info.mkdir(parents=True)
    (home / "inbox_channel.py").write_text(INBOX)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: inbox\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[syndicator]\ninbox = inbox_channel\n")
    monkeypatch.setattr(sys, "path", [str(home), *sys.path])
    shell.edit("syndicator.toml", 'adapter = "toy"\n', 'adapter = "inbox"\n')
    return shell


def release(shell: Shell, times: int = 1) -> int:
    code = 0
    for _ in range(times):
        if (shell.folder / "syndicator.db").exists():
            shell.make_due()
        said = shell("release", "--channel", "tube")
        code = said.code
        assert code != 2, said.err
    return code


def state(shell: Shell, key: str) -> str:
    (found,) = shell("show", key, "--json").lines
    return str(found["state"])


def test_staging_may_take_several_looks(inbox: Shell) -> None:
    release(inbox)
    assert state(inbox, EP1) == "staging"
    release(inbox)
    assert state(inbox, EP1) == "staging"
    release(inbox)
    assert state(inbox, EP1) == "processing"
    story = inbox("explain", EP1).out
    assert "being looked at" in story


def test_what_is_being_staged_may_still_be_held(inbox: Shell) -> None:
    release(inbox)
    assert inbox("hold", EP1, "--reason", "not yet").code == 0
    assert state(inbox, EP1) == "held"
    inbox("resume", EP1, "--reason", "now")
    release(inbox, 3)
    assert state(inbox, EP1) == "processing"


def test_a_task_is_shown_until_it_is_confirmed(inbox: Shell) -> None:
    assert release(inbox, 3) == 4, "due work waits for a person"
    status = inbox("status").out
    assert "Open the app and press Post." in status
    assert f"syndicate confirm {EP1}" in status
    listed = inbox("confirm")
    assert listed.code == 4
    assert EP1 in listed.out
    assert state(inbox, EP2) == "staged", "the next episode waits for this one"
    done = inbox("confirm", EP1, "--reason", "posted it", "--url", "https://x.example/1")
    assert done.code == 0
    assert state(inbox, EP1) == "live"
    (shown,) = inbox("show", EP1, "--json").lines
    assert shown["receipt"]["url"] == "https://x.example/1"
    assert "posted it" in inbox("explain", EP1).out
    release(inbox)
    assert state(inbox, EP2) == "processing"


def test_what_was_not_handed_in_is_asked_for_again(inbox: Shell) -> None:
    assert release(inbox, 2) == 4
    assert "Hand it in at the portal." in inbox("status").out
    assert inbox("confirm", EP1, "--not-done", "--reason", "no time").code == 0
    assert state(inbox, EP1) == "planned"
    assert inbox("confirm", EP1, "--reason", "handed in").code == 2, "nothing waits any more"


def test_what_was_handed_in_is_staged(inbox: Shell) -> None:
    release(inbox, 2)
    assert inbox("confirm", EP1, "--reason", "handed in").code == 0
    assert state(inbox, EP1) == "staged"
    release(inbox)
    assert state(inbox, EP1) == "processing"


def test_a_task_that_was_not_done_begins_afresh(inbox: Shell) -> None:
    release(inbox, 3)
    assert inbox("confirm", EP1, "--not-done", "--reason", "threw the draft away").code == 0
    assert state(inbox, EP1) == "planned"
    release(inbox)
    assert state(inbox, EP1) == "staging", "nothing saved of it passes for done"


def test_a_takedown_by_hand_is_done_when_it_is_confirmed(inbox: Shell) -> None:
    release(inbox, 3)
    inbox("confirm", EP1, "--reason", "posted it", "--url", "https://x.example/1")
    ordered = inbox("withdraw", EP1, "--reason", "complaint", "--yes")
    assert ordered.code == 4
    status = inbox("status").out
    assert "withdraw it in the app. https://x.example/1" in status
    assert state(inbox, EP1) == "live", "it is still to be seen"
    (key,) = [each["release"] for each in inbox("confirm", "--json").lines]
    assert inbox("confirm", key, "--not-done", "--reason", "x").code == 2
    assert inbox("confirm", key, "--reason", "looked, and it is gone").code == 0
    assert state(inbox, EP1) == "withdrawn"
    assert inbox("confirm").code == 0


def test_a_correction_by_hand_is_tracked_too(inbox: Shell) -> None:
    release(inbox, 3)
    inbox("confirm", EP1, "--reason", "posted it")
    inbox.edit("catalog/s0/series.yaml", "title: ", "title: New ")
    release(inbox)
    tasks = [each for each in inbox("confirm", "--json").lines if "/update" in each["release"]]
    assert [each["task"]["text"] for each in tasks] == ["update it in the app."]
    inbox("confirm", tasks[0]["release"], "--reason", "changed the caption")
    assert inbox("plan", "--json", "--series", "s0").code in {0, 4}
    assert state(inbox, tasks[0]["release"]) == "live"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--not-done",), "say how you know"),
        (("--reason", "x"), "name the releases"),
        (("nothing/here", "--reason", "x"), "none of these waits for a person"),
    ],
)
def test_a_confirmation_is_refused_with_what_to_do(inbox: Shell, words, said) -> None:
    release(inbox, 3)
    answer = inbox("confirm", *words)
    assert answer.code == 2
    assert said in answer.err


def test_what_an_adapter_saves_as_a_secret_is_sealed_in_the_ledger(inbox: Shell) -> None:
    release(inbox, 4)
    with sqlite3.connect(inbox.folder / "syndicator.db") as database:
        (saved,) = database.execute("SELECT saved FROM release WHERE key = ?", (EP1,)).fetchone()
    database.close()
    assert "sealed:" in saved
    for path in inbox.folder.rglob("*.db*"):
        assert b"s3cret-address" not in path.read_bytes()
    assert (inbox.folder / ".syndicator" / "key").stat().st_mode & 0o077 == 0


def test_without_the_key_nothing_is_sent_again(inbox: Shell) -> None:
    release(inbox, 3)
    (inbox.folder / ".syndicator" / "key").unlink()
    assert release(inbox) == 9
    assert state(inbox, EP1) == "processing"
    assert "put back the file .syndicator/key" in inbox("explain", EP1).out
