"""The workspace of a trial: one series of one episode, one channel, and what is asked of it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs

from syndicator.channel import Action, Channel, TerritoryControl
from syndicator.channel.testing._clip import CAPTIONS, drawn
from syndicator.channel.testing._trial import Trial

CHANNEL = "trial"
HOUR = timedelta(hours=1)


@attrs.frozen(kw_only=True)
class Asked:
    """What the files of the workspace ask for."""

    action: Action = Action.PUBLISH
    series: Mapping[str, Any] = attrs.field(factory=dict)
    options: Mapping[str, Any] = attrs.field(factory=dict)
    calendar: Mapping[str, Any] = attrs.field(factory=dict)
    files: Mapping[str, bytes] = attrs.field(factory=dict)


class Workspace:
    """Writes the files."""

    def __init__(self, folder: Path, adapter: type[Channel], trial: Trial, *, at: datetime) -> None:
        self.folder = folder
        self.at = at
        """When the drop is."""

        self._adapter = adapter.name
        control = adapter.declared(trial.options).territory_control
        self._opens_one_by_one = control is TerritoryControl.NATIVE
        self._trial = trial
        self._addresses: Mapping[str, str] = {}
        self._written: Asked | None = None
        self._usual: dict[str, bytes] = {}
        self._home = home = folder / "catalog" / "trial"
        home.mkdir(parents=True)
        (folder / "calendars").mkdir()
        (folder / "phase").write_text(" " * 16)
        for name, content in drawn(trial.clip).items():
            (home / name).write_bytes(content)
        (home / "ep001.en.vtt").write_text(CAPTIONS)
        for number in range(2, trial.episodes + 1):
            for ending in ("mp4", "en.vtt"):
                os.link(home / f"ep001.{ending}", home / f"ep{number:03d}.{ending}")
        if trial.credentials is not None:
            (folder / "credentials").write_text(trial.credentials)
            (folder / "credentials").chmod(0o600)

    def addressed(self, **addresses: str) -> None:
        """Take note of what `{sandbox}` and `{proxy}` stand for in options."""
        self._addresses = addresses

    def write(self, asked: Asked) -> None:
        """Write what is asked for, if that is not what is written."""
        if asked == self._written:
            return
        for name in self._written.files if self._written else ():
            (self._home / name).write_bytes(self._usual[name])
        for name, content in asked.files.items():
            self._usual[name] = (self._home / name).read_bytes()
            (self._home / name).write_bytes(content)
        self._put("catalog/trial/series.yaml", self._series(asked))
        self._put("calendars/trial.yaml", self._calendar(asked))
        (self.folder / "syndicator.toml").write_text(self._toml(asked))
        self._written = asked

    def options(self, asked: Asked) -> dict[str, Any]:
        """Return the channel's part of syndicator.toml."""
        trial, proxy = self._trial, self._addresses.get("proxy", "")
        where = trial.wider if self._opens_one_by_one else trial.territories
        given: dict[str, Any] = {"adapter": self._adapter, "territories": [*where]}
        if proxy:
            given["api_base"] = proxy
        if trial.credentials is not None:
            given["credentials"] = "file:credentials"
        options = {**trial.options, **asked.options}
        return {**given, **{name: self._filled(value) for name, value in options.items()}}

    def words(self, asked: Asked) -> dict[str, str]:
        """Return the title and the synopsis in the original language that are asked for."""
        series = self._series(asked)
        found = series["localizations"][series["original_language"]]
        return {"title": found["title"], "synopsis": found.get("synopsis", "")}

    def media_digest(self) -> str:
        """Return the SHA-256 of the episodes' media."""
        return hashlib.sha256((self._home / "ep001.mp4").read_bytes()).hexdigest()

    def _filled(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        for name, address in self._addresses.items():
            value = value.replace("{" + name + "}", address)
        return value

    def _put(self, name: str, document: Mapping[str, Any]) -> None:
        # JSON is YAML.
        (self.folder / name).write_text(json.dumps(document, ensure_ascii=False, indent=1))

    def _series(self, asked: Asked) -> dict[str, Any]:
        series: dict[str, Any] = {
            "id": "trial",
            "original_language": "en",
            "localizations": {
                "en": {"title": "A Trial", "synopsis": "Nothing can go wrong.",
                       "keywords": ["trial", "error"]},
            },
            "episodes": {"count": self._trial.episodes},
            **self._trial.series,
        }  # fmt: skip
        if asked.action is Action.WITHDRAW:
            end = self.at + 2 * HOUR
            series["avails"] = [{"territories": ["WORLD"], "channels": ["*"], "end": _spelled(end)}]
        if asked.action is Action.UPDATE:
            series |= self._trial.changed
        return {**series, **asked.series}

    def _calendar(self, asked: Asked) -> dict[str, Any]:
        waves: list[dict[str, Any]] = [{"name": "one", "territories": [*self._trial.territories]}]
        if asked.action is Action.EXTEND:
            more = [each for each in self._trial.wider if each not in self._trial.territories]
            waves.append(
                {"name": "two", "territories": more, "after": {"wave": "one", "delay": "2h"}}
            )
        number = self._trial.episodes
        episodes = 1 if number == 1 else f"1-{number}"
        return {
            "series": "trial",
            "time_zone": "UTC",
            "drops": [{"episodes": episodes, "at": f"{self.at:%Y-%m-%d %H:%M}"}],
            "channels": {CHANNEL: {**self._trial.calendar, **asked.calendar}},
            "waves": waves,
        }

    def _toml(self, asked: Asked) -> str:
        lines = [f"{name} = {_toml(value)}" for name, value in self.options(asked).items()]
        return "\n".join(
            ["[ledger]", 'url = "sqlite:///syndicator.db"', f"[channels.{CHANNEL}]", *lines, ""]
        )


def _toml(value: Any) -> str:
    """Return a value as TOML; tables inline."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f'"{k}" = {_toml(v)}' for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def _spelled(moment: datetime) -> str:
    return moment.isoformat()
