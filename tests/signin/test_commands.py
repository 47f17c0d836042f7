"""`syndicate channels auth` and `forget`, in a workspace with an adapter that signs in."""

from __future__ import annotations

import json
import sys
import threading
import time
import uuid
import webbrowser
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from syndicator.cli import main
from syndicator.ledger import open_ledger

from .conftest import Account, Bad, Clock, Provider

PLUGIN = """
import hashlib
import syndicator.channel as sc

class Acme(sc.Channel):
    name = "acme"
    base_url = "https://acme.example"
    sign_in = sc.OAuth(
        "https://consent.acme.example/authorize", "https://acme.example/token", ("post", "read"),
        client_id_name="client_key", scope_separator=",", revoke_url="https://acme.example/revoke",
        challenge=lambda verifier: hashlib.sha256(verifier.encode()).hexdigest(),
    )
    def check(self):
        return sc.Account(name=self.http.request("GET", "/me")["name"], notes=["drafts only"])
    def publish(self, release, progress): ...

class Own(Acme):
    name = "acme_own"
    sign_in = sc.OAuth("", "https://acme.example/token", (), "client_credentials", "client_key")

class Plain(sc.Channel):
    name = "acme_plain"
    def publish(self, release, progress): ...

@sc.hookimpl
def register_adapters():
    return [Acme, Own, Plain]
"""

CONFIG = """
[channels.studio]
adapter = "acme"
credentials = "file:client.json"
api_base = "{url}"

[channels.itself]
adapter = "acme_own"
credentials = "file:client.json"
api_base = "{url}"

[channels.bare]
adapter = "acme"

[channels.plain]
adapter = "acme_plain"
"""

Run = Callable[..., SimpleNamespace]


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.at = datetime.fromtimestamp(time.time(), UTC)
    return clock


@pytest.fixture
def home(odd: Provider, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Account:
    """A workspace whose adapters come from an installed package."""
    site = tmp_path / "site"
    info = site / "acme-0.1.dist-info"
    info.mkdir(parents=True)
    module = f"acme_{uuid.uuid4().hex}"  # imported once in a process
    (site / f"{module}.py").write_text(PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 0.1\n")
    points = "".join(f"{name} = {module}\n" for name in ("acme", "acme_own", "acme_plain"))
    (info / "entry_points.txt").write_text(f"[syndicator]\n{points}")
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "syndicator.toml").write_text(CONFIG.format(url=odd.url))
    return Account(odd, folder, clock)


@pytest.fixture
def run(home: Account, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: str) -> SimpleNamespace:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(["-C", str(home.folder), *words])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        for secret in home_secrets(home):
            assert secret not in out + err
        return SimpleNamespace(code=left.value.code or 0, out=out, err=err)

    return call


def home_secrets(home: Account) -> list[str]:
    kept = home.kept["tokens"] if home.path.exists() else {}
    return ["s3cr3t", *[kept[key] for key in ("access", "refresh") if kept.get(key)]]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, browser: Callable[[str], None]) -> list[str]:
    """The addresses that were opened in the browser, which says yes."""
    seen: list[str] = []

    def open_(url: str) -> bool:
        seen.append(url)
        browser(url)
        return True

    monkeypatch.setattr(webbrowser, "open", open_)
    return seen


def test_a_person_signs_in_with_the_browser(home: Account, run: Run, opened: list[str]) -> None:
    assert "not signed in: syndicate channels auth studio" in run("channels").out
    said = run("channels", "auth", "studio")
    assert said.code == 0, said.err
    assert opened[0] in said.out
    assert "Signed in to studio as The Studio\n" in said.out
    assert f"The tokens are kept: {home.path}\n" in said.out
    assert "Note: drafts only" in said.out
    assert home.kept["tokens"]["account"] == "The Studio"
    checked = run("channels", "--check").out
    assert "works: The Studio (drafts only)" in checked
    assert "not signed in: syndicate channels auth studio" not in checked


def test_signing_in_ends_the_pause_of_that_channel_alone(
    home: Account, run: Run, opened: list[str], clock: Clock
) -> None:
    ledger = open_ledger("sqlite:///syndicator.db", home.folder)
    now = clock.now()
    for name in ("studio", "plain"):
        ledger.pause(name, until=now + timedelta(hours=1), reason="sign in again", now=now)
    assert run("channels", "auth", "studio").code == 0
    assert set(ledger.paused(now)) == {"plain"}
    ledger.close()


def test_without_a_browser_the_address_is_printed(
    home: Account, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", pytest.fail)
    said = run("channels", "auth", "studio", "--no-browser", "--timeout", "1")
    assert said.code == 9
    assert f"{home.provider.url}/authorize?" in said.out
    assert "did not come back within 1 s" in said.err


def test_an_address_that_is_printed_can_be_opened_anywhere_on_this_machine(
    home: Account, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    import click

    echo = click.echo

    def read(message: str = "", **kwargs: object) -> None:
        echo(message, **kwargs)
        if "/authorize?" in str(message):
            threading.Thread(
                target=httpx.get, args=(message.strip(),), kwargs={"follow_redirects": True}
            ).start()

    monkeypatch.setattr(click, "echo", read)
    assert run("channels", "auth", "studio", "--no-browser").code == 0


def test_a_machine_without_a_browser_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(url: str) -> bool:
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "open", none)
    said = run("channels", "auth", "studio", "--timeout", "1")
    assert said.code == 9
    assert "No browser can be opened from here." in said.out


def test_a_no_is_told_with_the_code_for_credentials(
    home: Account, run: Run, opened: list[str]
) -> None:
    home.provider.consent = "no"
    said = run("channels", "auth", "studio")
    assert said.code == 9
    assert "not signed in to studio: consent was refused in the browser" in said.err
    assert not home.path.exists()


def test_a_client_that_is_not_accepted_is_named(home: Account, run: Run, opened: list[str]) -> None:
    home.provider.next = [Bad("invalid_client", "who?")]
    said = run("channels", "auth", "studio")
    assert said.code == 9
    assert "invalid_client: who?" in said.err
    assert "file:client.json" in said.err


def test_trouble_of_the_platform_is_no_fault_of_the_credentials(
    home: Account, run: Run, opened: list[str]
) -> None:
    home.provider.next = [Bad("temporarily_unavailable")]
    assert run("channels", "auth", "studio").code == 5


def test_a_port_that_is_taken_is_told(home: Account, run: Run) -> None:
    port = home.provider.url.rpartition(":")[2]
    said = run("channels", "auth", "studio", "--port", port)
    assert said.code == 2
    assert f"cannot listen on port {port} of this machine" in said.err
    assert "--port" in said.err


def test_what_was_not_granted_is_told(home: Account, run: Run, opened: list[str]) -> None:
    home.provider.consent = "some"
    said = run("channels", "auth", "studio")
    assert (said.code, "Note: not granted: post" in said.out) == (0, True)
    assert "not granted: post" in run("channels", "--check").out


def test_another_account_than_before_is_told(home: Account, run: Run, opened: list[str]) -> None:
    run("channels", "auth", "studio")
    session = home.session()
    session.name("The Other Studio")
    said = run("channels", "auth", "studio")
    assert "It was The Other Studio before" in said.out
    assert "before" not in run("channels", "auth", "studio").out


def test_tokens_that_the_platform_does_not_accept_are_told(
    home: Account, run: Run, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home.provider, "accepts", lambda token: False)
    said = run("channels", "auth", "studio")
    assert said.code == 9
    assert "The tokens are kept" in said.err
    assert "but studio cannot be used" in said.err


def test_a_client_without_persons_only_fetches_a_token(home: Account, run: Run) -> None:
    said = run("channels", "auth", "itself")
    assert said.code == 0, said.err
    assert "Signed in to itself as The Studio" in said.out
    assert home.provider.grants == ["client_credentials"]
    home.write_client(secret="wrong-one")
    said = run("channels", "auth", "itself")
    assert (said.code, "invalid_client" in said.err) == (9, True)


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("plain", 2, "the adapter acme_plain has no signing in"),
        ("bare", 9, 'put in syndicator.toml: credentials = "file:…"'),
        ("nobody", 2, "its channels: studio, itself, bare, plain"),
    ],
)
@pytest.mark.parametrize("command", ["auth", "forget"])
def test_what_cannot_be_signed_in_to_says_why(
    run: Run, command: str, name: str, code: int, words: str
) -> None:
    said = run("channels", command, name)
    assert said.code == code
    assert words in said.err


def test_an_adapter_that_is_not_installed_is_told(home: Account, run: Run) -> None:
    file = home.folder / "syndicator.toml"
    file.write_text(file.read_text() + '\n[channels.gone]\nadapter = "toad"\n')
    assert "pip install syndicator-toad" in run("channels", "auth", "gone").err


def test_forgetting_revokes_and_deletes(home: Account, run: Run, opened: list[str]) -> None:
    run("channels", "auth", "studio")
    token = home.kept["tokens"]["access"]
    said = run("channels", "forget", "studio")
    assert said.code == 0
    assert (
        said.out == f"Revoked: the platform accepts these tokens no more.\nDeleted: {home.path}\n"
    )
    assert home.provider.revoked == [token]
    assert "not signed in" in run("channels").out
    said = run("channels", "forget", "studio")
    assert said.code == 0
    assert "Not revoked: nobody has signed in to studio yet" in said.out


def test_forgetting_while_the_platform_is_away_deletes_nothing(
    home: Account, run: Run, opened: list[str]
) -> None:
    run("channels", "auth", "studio")
    file = home.folder / "syndicator.toml"
    file.write_text(file.read_text().replace(home.provider.url, "http://127.0.0.1:9"))
    said = run("channels", "forget", "studio")
    assert said.code == 5
    assert f"nothing was deleted, try again, or delete the tokens yourself: {home.path}" in said.err
    assert home.path.exists()


def test_a_file_that_others_may_read_is_shown_among_the_channels(
    home: Account, run: Run, opened: list[str]
) -> None:
    run("channels", "auth", "studio")
    home.path.chmod(0o644)
    assert "chmod 600" in run("channels").out
    said = run("channels", "--check")
    assert (said.code, "chmod 600" in said.out) == (9, True)


def test_tokens_are_kept_where_the_configuration_says(
    home: Account, run: Run, opened: list[str]
) -> None:
    file = home.folder / "syndicator.toml"
    file.write_text(
        file.read_text().replace(
            "[channels.itself]", 'tokens = "file:mine.json"\n[channels.itself]'
        )
    )
    assert "mine.json" in run("channels", "auth", "studio").out
    assert json.loads((home.folder / "mine.json").read_text())["tokens"]["account"] == "The Studio"
    assert not home.path.exists()


def test_the_options_of_the_list_do_not_go_with_a_command(run: Run) -> None:
    for option in ("--check", "--json"):
        said = run("channels", option, "forget", "studio")
        assert (said.code, "go with no command" in said.err) == (2, True)
    assert [each["channel"] for each in json.loads(run("channels", "--json").out)] == [
        "studio", "itself", "bare", "plain",
    ]  # fmt: skip
