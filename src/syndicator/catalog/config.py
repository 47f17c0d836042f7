"""`syndicator.toml` to Config; light enough for the path that cron runs every minute."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from syndicator.catalog.faults import Faults, near
from syndicator.catalog.sources import CONFIG
from syndicator.catalog.toml import read_toml
from syndicator.model.config import Balance, ChannelConfig, Config
from syndicator.model.moment import parse_duration
from syndicator.model.placed import Node
from syndicator.model.problem import Problem
from syndicator.model.territory import CODES, EVERYWHERE, Territories, UnknownTerritory

NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")
TABLES = (
    "name", "rehearsal", "ledger", "channels", "balance", "time_zones", "release", "policies",
    "avails",
)  # fmt: skip
OURS = ("adapter", "territories", "credentials", "tokens")
CREDENTIALS = re.compile(r"(env|file|keyring):.+")
TOKENS = re.compile(r"(file|keyring):.+")


def read_config(folder: Path) -> tuple[Config | None, list[Problem]]:
    """Return what syndicator.toml says, and every fault in it; None where it is no TOML."""
    node, problems = read_toml(folder / CONFIG, CONFIG)
    if node is None:
        return None, problems
    faults = Faults()
    _only(node, TABLES, faults)
    ledger, balance, release = (
        _table(node, key, faults) for key in ("ledger", "balance", "release")
    )
    _only(ledger, ("url",), faults)
    _only(balance, ("measure", "max_share", "on_breach"), faults)
    _only(release, ("stage_ahead", "lease"), faults)
    sheets = _table(node, "avails", faults)
    _only(sheets, ("licensees", "licence_types"), faults)
    config = Config(
        name=_text(node, "name", "", faults),
        rehearsal=_flag(node, "rehearsal", faults),
        ledger_url=_ledger_url(ledger, faults),
        channels=_channels(_table(node, "channels", faults), faults),
        balance=_balance(balance, faults),
        time_zones=_zones(_table(node, "time_zones", faults), faults),
        stage_ahead=_duration(release, "stage_ahead", timedelta(hours=24), faults),
        lease=_lease(release, faults),
        policies=_policies(_table(node, "policies", faults), faults),
        policy_nodes=_nodes(node, "policies"),
        licensees=_words(sheets, "licensees", faults),
        licence_types=_words(sheets, "licence_types", faults),
    )
    return config, [*problems, *faults.found]


def _table(node: Node, key: str, faults: Faults) -> Node:
    found: Node = node.value.get(key, Node({}, node.place))
    if isinstance(found.value, dict):
        return found
    faults.add("wrong-type", f"`{key}` is a table", found, expected=f"[{key}]")
    return Node({}, found.place)


def _only(node: Node, known: tuple[str, ...], faults: Faults) -> None:
    for key, each in node.value.items():
        if key not in known:
            faults.add("unknown-key", f"nobody knows the key `{key}`", each.place, found=key,
                       expected=", ".join(known), hint=near(key, known))  # fmt: skip


def _text(node: Node, key: str, default: str, faults: Faults) -> str:
    found = node.value.get(key)
    if found is None:
        return default
    if not isinstance(found.value, str):
        faults.add("wrong-type", f"`{key}` is text", found, expected='text in quotes, like "…"')
        return default
    return str(found.value)


def _flag(node: Node, key: str, faults: Faults) -> bool:
    found = node.value.get(key)
    if found is not None and not isinstance(found.value, bool):
        faults.add("wrong-type", f"`{key}` is yes or no", found, expected="true or false")
        return False
    return bool(found and found.value)


def _ledger_url(ledger: Node, faults: Faults) -> str:
    url = _text(ledger, "url", "sqlite:///syndicator.db", faults)
    if not url.startswith("sqlite:///"):
        shown = re.sub(r"//[^/@]*@", "//•••@", url)  # an address may hold a password
        faults.add("wrong-value", "ledger.url is no address of a ledger",
                   ledger.value["url"].place, found=shown,
                   expected="sqlite:///path/to/syndicator.db")  # fmt: skip
    return url


def _duration(node: Node, key: str, default: timedelta, faults: Faults) -> timedelta:
    text = _text(node, key, "", faults)
    if not text:
        return default
    try:
        return parse_duration(text)
    except ValueError:
        faults.add("bad-duration", f"`{key}` is no span of time", node.value[key],
                   expected="a number with s, m, h, d or w, like 24h")  # fmt: skip
        return default


def _lease(release: Node, faults: Faults) -> timedelta:
    lease = _duration(release, "lease", timedelta(minutes=5), faults)
    if lease < timedelta(seconds=10):
        faults.add("wrong-value", "a lease must outlast a request", release.value["lease"],
                   expected="at least 10s; 5m is usual")  # fmt: skip
        return timedelta(minutes=5)
    return lease


def _balance(node: Node, faults: Faults) -> Balance:
    measure = _one_of(node, "measure", ("views", "revenue", "releases"), faults)
    on_breach = _one_of(node, "on_breach", ("warn", "block"), faults)
    share = node.value.get("max_share")
    limit: float | None = None
    if share is not None:
        number = share.value
        if isinstance(number, int | float) and not isinstance(number, bool) and 0 < number <= 1:
            limit = float(number)
        else:
            faults.add("wrong-value", "`max_share` is a share", share, expected="0 to 1, like 0.6")
    return Balance(measure=measure, max_share=limit, on_breach=on_breach)


def _one_of(node: Node, key: str, words: tuple[str, ...], faults: Faults) -> str:
    text = _text(node, key, words[0], faults)
    if text not in words:
        faults.add("wrong-value", f"`{key}` cannot be that", node.value[key],
                   expected=", ".join(words), hint=near(text, words))  # fmt: skip
        return words[0]
    return text


def _policies(node: Node, faults: Faults) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for name in node.value:
        table = _table(node, name, faults)
        if "severity" in table.value:
            _one_of(table, "severity", ("warn", "block", "off"), faults)
        found[name] = dict(table.plain())
    return found


def _nodes(node: Node, key: str) -> dict[str, Node]:
    found = node.value[key].value if key in node.value else {}
    tables = found.items() if isinstance(found, dict) else ()
    return {name: each for name, each in tables if isinstance(each.value, dict)}


def _words(node: Node, key: str, faults: Faults) -> dict[str, tuple[str, ...]]:
    """Return a table of lists of words."""
    found = {}
    for name, each in _table(node, key, faults).value.items():
        items = each.value if isinstance(each.value, list) else []
        if not items or not all(isinstance(item.value, str) for item in items):
            faults.add("wrong-type", f"`{name}` is a list of words", each,
                       expected='like ["acme-br", "acme-us"]')  # fmt: skip
            continue
        found[name] = tuple(str(item.value) for item in items)
    return found


def _zones(node: Node, faults: Faults) -> dict[str, str]:
    zones = {}
    for code, each in node.value.items():
        if code not in CODES:
            unknown_territory(code, each, faults)
        elif is_zone(each.value):
            zones[code] = str(each.value)
        else:
            faults.add("unknown-zone", "no such time zone", each,
                       expected="an IANA zone, like America/Sao_Paulo")  # fmt: skip
    return zones


def is_zone(name: Any) -> bool:
    """Return whether a word is an IANA time zone."""
    try:
        ZoneInfo(name)
    except (ValueError, TypeError, KeyError, OSError):
        return False
    return True


def _channels(node: Node, faults: Faults) -> Mapping[str, ChannelConfig]:
    found = {}
    for name, each in node.value.items():
        if not isinstance(each.value, dict):
            faults.add("wrong-type", f"channel `{name}` is a table", each,
                       expected=f"[channels.{name}]")  # fmt: skip
        elif not NAME.fullmatch(name):
            faults.add("bad-name", f"`{name}` is no name for a channel", each.place, found=name,
                       expected="lower-case letters, digits, - and _, like acme-br")  # fmt: skip
        else:
            found[name] = _channel(name, each, faults)
    return found


def _channel(name: str, node: Node, faults: Faults) -> ChannelConfig:
    if "adapter" not in node.value:
        faults.add("missing-key", f"channel {name} names no adapter", node.place,
                   expected='adapter = "…", one of `syndicate plugin list`')  # fmt: skip
    credentials = _reference(name, node, "credentials", CREDENTIALS, faults)
    tokens = _reference(name, node, "tokens", TOKENS, faults)
    options = {key: each.plain() for key, each in node.value.items() if key not in OURS}
    listed = node.value.get("territories")
    return ChannelConfig(
        name=name,
        adapter=_text(node, "adapter", "", faults),
        territories=territories(listed, faults) if listed else EVERYWHERE,
        credentials=credentials,
        tokens=tokens,
        options=options,
        place=node.place,
    )


_PLACES = {
    "credentials": "env:NAME, file:PATH or keyring:SERVICE",
    "tokens": "file:PATH or keyring:SERVICE/NAME, where new ones can be written at each renewal",
}


def _reference(
    name: str, node: Node, key: str, form: re.Pattern[str], faults: Faults
) -> str | None:
    text = _text(node, key, "", faults)
    if not text or form.fullmatch(text):
        return text or None
    faults.add("literal-secret", f"{key} of {name} are no reference; a secret does not "
               "belong in this file", node.value[key].place, found="•••",
               expected=_PLACES[key])  # fmt: skip
    return None


def territories(node: Node, faults: Faults) -> Territories:
    """Return the territories a list spells; unknown ones are faults and left out."""
    items = node.value if isinstance(node.value, list) else [node]
    words = []
    for each in items:
        word = str(each.value).strip().upper()
        try:
            Territories.parse((word,))
            words.append(word)
        except UnknownTerritory:
            unknown_territory(word, each, faults)
    return Territories.parse(words) if words else Territories(frozenset())


_COMMON = {"UK": "GB", "EN": "GB", "EU": "its member states", "LATAM": "the countries meant",
           "SEA": "the countries meant", "MENA": "the countries meant", "WW": "WORLD",
           "ALL": "WORLD"}  # fmt: skip


def unknown_territory(word: str, where: Node, faults: Faults) -> None:
    """Note a territory that does not exist."""
    bare = word.removeprefix("-")
    hint = f"write {_COMMON[bare]}" if bare in _COMMON else near(bare, ["WORLD", *CODES])
    faults.add("unknown-territory", "no such territory", where, found=word, hint=hint,
               expected="a code of ISO 3166-1 like BR, WORLD, or -CN to leave out")  # fmt: skip
