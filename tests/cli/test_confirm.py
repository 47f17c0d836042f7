"""What a platform's interface cannot do: a person does it, and it is tracked until confirmed."""

from __future__ import annotations

import json
import sqlite3
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from syndicator.cli.desk import Desk

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
        (("s0/ep001/app", "--reason", "x"), "none of these waits for a person"),
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


# -- until when --


@pytest.fixture
def ordered(inbox: Shell) -> Shell:
    """Two episodes are to be taken off by hand: the second sooner than the first."""
    release(inbox, 3)
    inbox("confirm", EP1, "--reason", "posted it", "--url", "https://x.example/1")
    release(inbox, 3)
    inbox("confirm", EP2, "--reason", "posted it", "--url", "https://x.example/2")
    for key, span in ((EP1, "48h"), (EP2, "2h")):
        said = inbox("withdraw", key, "--reason", "complaint", "--yes", "--deadline", span)
        assert said.code == 4, said.err
    return inbox


def in_hours(shell: Shell, hours: int) -> str:
    return f"{Desk(str(shell.folder)).now() + timedelta(hours=hours):%Y-%m-%dT%H:%MZ}"


def test_the_list_of_tasks_says_until_when_the_soonest_first(ordered: Shell) -> None:
    out = ordered("confirm").out
    assert out.index("ep002") < out.index("ep001")
    assert out.count("    until 2") == 2
    assert "OVERDUE" not in out


def test_what_is_overdue_is_marked_and_comes_first(ordered: Shell, tmp_path: Path) -> None:
    ordered.studio.answer("native", "post", "refused")
    ordered("release", "--channel", "app")
    later = in_hours(ordered, 3)
    out = ordered("status", "--at", later).out
    _, _, cares = out.partition("need a person:")
    first, *_ = (line for line in cares.splitlines() if line.startswith("  "))
    assert "ep002/tube" in first
    assert "by hand, OVERDUE since" in first
    assert out.count("OVERDUE") == 1
    assert "by hand until 2" in out, "the other one has time"
    found = json.loads(ordered("status", "--at", later, "--json").out)["needs_person"]
    assert [each["overdue"] for each in found] == sorted((each["overdue"] for each in found),
                                                         reverse=True)  # fmt: skip
    assert found[0]["overdue"]
    assert found[0]["deadline"] is not None
    page = tmp_path / "report.html"
    assert ordered("report", "--html", str(page), "--at", later).code == 0
    assert page.read_text().count("by hand, OVERDUE since") == 1


def test_explain_says_until_when_in_words(ordered: Shell) -> None:
    keys = {each["release"] for each in ordered("confirm", "--json").lines}
    (key,) = [each for each in keys if "ep002" in each]
    out = ordered("explain", key).out
    assert "because a person has to do it until 2" in out
    assert "    deadline   until 2" in out
    assert "noted" not in out


@pytest.mark.parametrize("span", ["0s", "-2h", "0h"])
def test_a_deadline_that_is_over_is_refused(inbox: Shell, span: str) -> None:
    release(inbox, 3)
    said = inbox("withdraw", EP1, "--reason", "complaint", "--yes", "--deadline", span)
    assert said.code == 2
    assert "is over already" in said.err


def test_the_end_of_rights_names_the_command_for_just_that(inbox: Shell) -> None:
    release(inbox, 3)
    inbox("confirm", EP1, "--reason", "posted it")
    with sqlite3.connect(inbox.folder / "syndicator.db") as database:
        database.execute("UPDATE release SET closes_ms = 1767225600000 WHERE key = ?", (EP1,))
    database.close()
    said = inbox("rights", "--expiring", "30d")
    assert said.code == 4
    _, _, command = said.out.partition("only a person can take it off: syndicate ")
    words = command.strip().removesuffix("…").split()
    assert words == ["withdraw", "--series", "s0", "--channel", "tube", "--territory", "BR",
                     "--territory", "ID", "--reason"]  # fmt: skip
    dry = inbox(*words, "over", "--dry-run")
    assert f"{EP1}  from BR ID" in dry.out
    assert "1 live release" in dry.out
