"""What `syndicator.toml` says, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import attrs

from syndicator.model.placed import Node
from syndicator.model.problem import Place
from syndicator.model.territory import EVERYWHERE, Territories


@attrs.frozen(kw_only=True)
class ChannelConfig:
    """One `[channels.NAME]`: a configured account on a platform."""

    name: str
    adapter: str
    territories: Territories = EVERYWHERE
    credentials: str | None = None
    """A reference (`env:NAME`, `file:PATH`, `keyring:NAME`), never the secret itself."""

    tokens: str | None = None
    """Where what signing in gave is kept (`file:PATH`, `keyring:SERVICE/NAME`); None: with us."""

    options: Mapping[str, Any] = attrs.field(factory=dict)
    """Everything else in the table; the adapter's `options_schema` says what is allowed."""

    place: Place


@attrs.frozen(kw_only=True)
class Balance:
    """How much may hang on one platform."""

    measure: str = "views"
    max_share: float | None = None
    """0 to 1; None sets no limit."""

    on_breach: str = "warn"
    """`warn` or `block`."""


@attrs.frozen(kw_only=True)
class Config:
    """The whole of `syndicator.toml`."""

    name: str = ""
    rehearsal: bool = False
    """Whether commands may be carried out as if it were another instant: no channel is real."""

    ledger_url: str = "sqlite:///syndicator.db"
    channels: Mapping[str, ChannelConfig] = attrs.field(factory=dict)
    balance: Balance = Balance()
    time_zones: Mapping[str, str] = attrs.field(factory=dict)
    """Territory to IANA zone, where it departs from the built-in table."""

    stage_ahead: timedelta = timedelta(hours=24)
    """How long before its date a release's bytes may go to a channel that can hide them."""

    lease: timedelta = timedelta(minutes=5)
    """How long a claim lasts without a sign of life; must outlast any one request."""

    policies: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)
    """`[policies.ID]`: what each rule of the house is told, as its `severity`."""

    policy_nodes: Mapping[str, Node] = attrs.field(factory=dict)
    """The same, each value with its place."""

    licensees: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    """`[avails.licensees]`: who an avails sheet names, and which channels that is here."""

    licence_types: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    """`[avails.licence_types]`: business models by licence type, beside the built-in ones."""
