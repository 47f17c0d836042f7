"""Where tokens are kept: closed to others, whole or not at all, and in the keyring if one likes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

import syndicator.channel as sc
from syndicator.catalog.config import read_config
from syndicator.signin import journal
from syndicator.signin.store import FileStore, KeyringStore, store_of
from syndicator.signin.tokens import Kept, Tokens

from .conftest import DAY, Account

KEPT = Kept(
    client="c",
    tokens=Tokens(
        access=sc.Secret("access-1"), refresh=sc.Secret("refresh-1"), issued_at=DAY,
        expires_at=DAY, refresh_expires_at=DAY, scopes=("a", "b"), account="Müller & Söhne",
    ),
    dead="it ended",
)  # fmt: skip


class Ring(keyring.backend.KeyringBackend):
    """The system's keyring, as far as a test has one."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise keyring.errors.KeyringLocked("password hunter2")
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


@pytest.fixture
def ring() -> Iterator[Ring]:
    before = keyring.get_keyring()
    ring = Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.mark.parametrize("reference", [None, "file:there/tokens.json", "keyring:syndicator/it"])
def test_what_is_kept_is_read_again_and_deleting_leaves_nothing(
    tmp_path: Path, ring: Ring, reference: str | None
) -> None:
    store = store_of(reference, "studio", tmp_path)
    assert store.read() is None
    store.write(KEPT)
    assert store_of(reference, "studio", tmp_path).read() == KEPT
    asked = journal.Asked(DAY, "f")
    store.asks(asked)
    assert store.asked() == asked
    store.answered(asked, b'{"x":\n1}')
    assert store.asked() == journal.Asked(DAY, "f", b'{"x":\n1}')
    store.settled()
    assert store.asked() is None
    store.asks(asked)
    store.write(KEPT)
    assert store.asked() is None, "what is kept ends the note"
    store.asks(asked)
    store.delete()
    store.delete()
    assert (store.read(), store.asked(), ring.entries) == (None, None, {})
    assert not [each for each in tmp_path.rglob("*tokens*") if each.is_file()]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o601])
def test_a_file_that_others_may_use_is_refused(account: Account, mode: int) -> None:
    session = account.sign_in()
    account.path.chmod(mode)
    with pytest.raises(sc.SignInAgain) as said:
        session.token()
    assert f"close it: chmod 600 {account.path}" in said.value.reason
    account.path.chmod(0o600)
    assert account.works(session.token())


def test_signing_in_again_closes_a_file_that_was_open(account: Account) -> None:
    account.sign_in()
    account.path.chmod(0o644)
    assert account.works(account.sign_in().token())
    assert account.path.stat().st_mode & 0o777 == 0o600


def test_every_file_is_closed_at_every_step(studio: Account) -> None:
    seen: dict[str, int] = {}

    class Watched(FileStore):
        def answered(self, asked: journal.Asked, body: bytes) -> None:
            super().answered(asked, body)
            for each in studio.folder.rglob("*"):
                if each.is_file() and each.name != "client.json":
                    seen[each.name] = each.stat().st_mode & 0o777

    studio.sign_in()
    studio.clock.advance(hours=3)
    plain = studio.session().store
    assert isinstance(plain, FileStore)
    studio.session(store=Watched(plain.path, plain._lock)).token()
    (lock,) = [name for name in seen if name.endswith(".lock")]
    assert seen == {"studio.json": 0o600, "studio.json.refreshing": 0o600, lock: 0o600}
    folders = [each for each in (studio.folder / ".syndicator").iterdir() if each.is_dir()]
    assert {each.name: each.stat().st_mode & 0o777 for each in folders} == {
        "tokens": 0o700,
        "locks": 0o700,
    }


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"client": "c"}', "\0", "{{{"])
def test_a_file_that_is_not_ours_is_named_with_what_to_do(account: Account, text: str) -> None:
    session = account.sign_in()
    account.path.write_text(text)
    with pytest.raises(sc.SignInAgain, match=r"studio.json holds no tokens.*auth studio"):
        session.token()


def test_tokens_without_their_zone_are_not_ours(account: Account) -> None:
    session = account.sign_in()
    kept = account.kept
    kept["tokens"]["expires_at"] = "2026-11-01T12:00:00"
    account.path.write_text(json.dumps(kept))
    with pytest.raises(sc.SignInAgain, match="holds no tokens"):
        session.token()


def test_a_full_disk_is_told_before_anything_is_asked(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = account.sign_in()
    account.clock.advance(hours=3)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(sc.ChannelDown, match=r"cannot keep tokens in .*No space left"):
        session.token()
    assert account.provider.grants == []
    assert not list(account.path.parent.glob(".*")), "and no half file stays"


def full(_: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_folder_in_place_of_the_file_is_told(account: Account) -> None:
    account.path.mkdir(parents=True)
    with pytest.raises(sc.SignInAgain, match="cannot read the tokens"):
        account.session().token()


def test_a_link_to_a_file_stays_a_link(account: Account, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "tokens.json").symlink_to(tmp_path / "elsewhere" / "t.json")
    store_of("file:tokens.json", "studio", tmp_path).write(KEPT)
    assert (tmp_path / "tokens.json").is_symlink()
    assert (tmp_path / "elsewhere" / "t.json").stat().st_mode & 0o777 == 0o600


def test_two_names_of_one_file_have_one_lock(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").symlink_to(tmp_path / "one")
    first = store_of("file:one/t.json", "a", tmp_path)
    second = store_of("file:two/t.json", "b", tmp_path)
    with first.lock(), pytest.raises(sc.Retry), second.lock(0):
        pass


def test_two_workspaces_that_share_tokens_share_the_lock(tmp_path: Path, ring: Ring) -> None:
    spaces = [tmp_path / "a", tmp_path / "b"]
    for each in spaces:
        each.mkdir()
    for reference in (f"file:{tmp_path}/shared.json", "keyring:syndicator/shared"):
        first, second = (store_of(reference, "c", each) for each in spaces)
        with first.lock(), pytest.raises(sc.Retry), second.lock(0):
            pass
    ours, theirs = (store_of(None, "c", each) for each in spaces)
    with ours.lock(), theirs.lock(0):
        pass


def test_tokens_in_the_keyring_are_in_no_file(studio: Account, ring: Ring) -> None:
    store = store_of("keyring:syndicator", "studio", studio.folder)
    assert isinstance(store, KeyringStore)
    session = studio.session(store=store)
    session.keep(studio.granted())
    studio.clock.advance(hours=3)
    token = session.token()
    assert studio.works(token)
    assert set(ring.entries) == {("syndicator", "studio")}
    texts = [each.read_text() for each in studio.folder.rglob("*") if each.is_file()]
    assert not [text for text in texts if token.reveal() in text]
    assert session.forget() == ""
    assert ring.entries == {}


def test_a_keyring_that_is_locked_is_told_without_its_words(studio: Account, ring: Ring) -> None:
    store = store_of("keyring:syndicator/x", "studio", studio.folder)
    ring.locked = True
    with pytest.raises(sc.SignInAgain) as said:
        studio.session(store=store).token()
    assert "system keyring, syndicator/x: KeyringLocked; unlock it" in said.value.reason
    assert "hunter2" not in said.value.reason


def test_tokens_have_two_kinds_of_places_and_no_other(tmp_path: Path) -> None:
    with pytest.raises(sc.SignInAgain, match="use file: or keyring:"):
        store_of("env:TOKENS", "studio", tmp_path)


# -- the key in syndicator.toml --

CONFIG = '[channels.app]\nadapter = "toy"\ntokens = "{}"\n'


@pytest.mark.parametrize("reference", ["file:a/b.json", "keyring:syndicator/app"])
def test_where_tokens_are_is_said_in_the_configuration(tmp_path: Path, reference: str) -> None:
    (tmp_path / "syndicator.toml").write_text(CONFIG.format(reference))
    config, problems = read_config(tmp_path)
    assert not problems
    assert config is not None
    assert config.channels["app"].tokens == reference
    assert config.channels["app"].options == {}


@pytest.mark.parametrize("reference", ["env:TOKENS", "act.literal", "file:", "keyring:"])
def test_what_is_no_place_for_tokens_is_refused_unseen(tmp_path: Path, reference: str) -> None:
    (tmp_path / "syndicator.toml").write_text(CONFIG.format(reference))
    config, (problem,) = read_config(tmp_path)
    assert (problem.code, problem.place.line, problem.found) == ("literal-secret", 3, "•••")
    assert "keyring:SERVICE/NAME" in str(problem.expected)
    assert config is not None
    assert config.channels["app"].tokens is None


def test_without_the_key_tokens_are_with_us(tmp_path: Path) -> None:
    (tmp_path / "syndicator.toml").write_text('[channels.app]\nadapter = "toy"\n')
    config, _ = read_config(tmp_path)
    assert config is not None
    assert config.channels["app"].tokens is None
    assert store_of(None, "app", tmp_path).place == str(tmp_path / ".syndicator/tokens/app.json")


@pytest.mark.parametrize("reference", ["file:t.json", "env:T", "literal", "keyring:s/n"])
def test_the_schema_and_the_code_agree(tmp_path: Path, reference: str) -> None:
    import jsonschema

    schema = json.loads(
        (Path(__file__).resolve().parents[2] / "schemas/config.json").read_text("utf-8")
    )
    said = {"channels": {"app": {"adapter": "toy", "tokens": reference}}}
    (tmp_path / "syndicator.toml").write_text(CONFIG.format(reference))
    _, problems = read_config(tmp_path)
    assert jsonschema.Draft202012Validator(schema).is_valid(said) == (not problems)
