"""Everything a command works with, each opened when it is first needed."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from syndicator.cli import exits
from syndicator.cli.faults import Fault

if TYPE_CHECKING:
    from syndicator.catalog.workspace import Workspace
    from syndicator.dispatch.channels import Channels
    from syndicator.dispatch.clock import Clock
    from syndicator.insight.care import Unusable
    from syndicator.ledger.ledger import Ledger
    from syndicator.model.config import Config
    from syndicator.model.plan import Sight
    from syndicator.model.problem import Problem
    from syndicator.model.seam import Policy
    from syndicator.plugins import Plugins


_SHIFT = [timedelta()]


def shift(span: timedelta) -> None:
    """Let this process live at another time, by so much: only `rehearse` does."""
    _SHIFT[0] = span


class Desk:
    """One command's view of a workspace."""

    def __init__(
        self, workspace: str, *, at: datetime | None = None, environ: Mapping[str, str] = os.environ
    ) -> None:
        self.folder = Path(workspace)
        self.environ = environ
        self._at = at

    def now(self) -> datetime:
        """Return the instant the command looks at: `--at`, or now."""
        return self._at or datetime.now(UTC) + _SHIFT[0]  # noqa: TID251 - the rim of the product

    @property
    def clock(self) -> Clock:
        """What tells time to a run."""
        from syndicator.dispatch.clock import SystemClock

        return SystemClock(_SHIFT[0])

    @property
    def host(self) -> str:
        """This machine's name."""
        return os.uname().nodename

    @property
    def worker(self) -> str:
        """Who claims releases in this process."""
        return f"{self.host}:{os.getpid()}"

    def actor(self, by: str | None = None) -> str:
        """Return who a person is."""
        import getpass

        try:
            return by or getpass.getuser()
        except (KeyError, OSError):
            return f"uid {os.getuid()}"

    @cached_property
    def _read(self) -> tuple[Config | None, list[Problem]]:
        from syndicator.catalog.config import read_config

        if not (self.folder / "syndicator.toml").is_file():
            raise Fault(
                f"no syndicator.toml in {self.folder.resolve()}; go to the workspace, name it with "
                "-C FOLDER, or write one: syndicate init FOLDER"
            )
        return read_config(self.folder)

    @property
    def config(self) -> Config:
        """What syndicator.toml says; faults in it end the command."""
        config, problems = self._read
        if config is None or any(each.severity == "error" for each in problems):
            from syndicator.cli.render import problem_lines

            raise Fault("\n".join(["syndicator.toml has faults:", *problem_lines(problems)]))
        return config

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger."""
        from syndicator.ledger import open_ledger

        return open_ledger(self.config.ledger_url, self.folder)

    @cached_property
    def plugins(self) -> Plugins:
        """The plugins that the configured channels need, and the built-in readers."""
        return load_plugins({each.adapter for each in self.config.channels.values()})

    @cached_property
    def policy_problems(self) -> list[Problem]:
        """What is wrong with what syndicator.toml tells the rules of the house."""
        from syndicator.catalog.rules import check_policies

        return check_policies(self.config, self.plugins.policies())

    @property
    def policies(self) -> list[Policy]:
        """The rules of the house; options that they cannot read end the command."""
        faults = [each for each in self.policy_problems if each.severity == "error"]
        if faults:
            from syndicator.cli.render import problem_lines

            raise Fault("\n".join(["syndicator.toml has faults:", *problem_lines(faults)]))
        return self.plugins.policies()

    @cached_property
    def workspace(self) -> Workspace:
        """The files, read and checked as far as their door does."""
        from syndicator.catalog.workspace import open_workspace

        found = open_workspace(
            self.folder,
            readers=self.plugins.readers(),
            option_schemas={
                name: adapter.options_schema for name, adapter in self.plugins.adapters.items()
            },
        )
        found.problems = [*self.policy_problems, *found.problems]
        return found

    @cached_property
    def channels(self) -> Channels:
        """The channels that can be used; their connections end with the command."""
        import click

        from syndicator.dispatch.channels import Channels

        channels = Channels(
            self.config,
            self.plugins.adapters,
            workspace=self.folder,
            environ=self.environ,
            now=self.now,
            ledger=lambda: self.ledger,
        )
        context = click.get_current_context(silent=True)
        if context is not None:
            context.call_on_close(channels.close)
        return channels

    def sight(self) -> Sight:
        """Return what planning sees beside the titles."""
        from syndicator.model.plan import Sight

        return Sight(config=self.config, capabilities=self.channels.capabilities())

    def need_adapters(self) -> None:
        """End the command where a configured channel has no working adapter."""
        missing = {
            name: each.adapter
            for name, each in self.config.channels.items()
            if each.adapter not in self.plugins.adapters
        }
        if not missing:
            return
        broken = {each.name: str(each) for each in self.plugins.broken}
        lines = [
            broken.get(adapter)
            or f"channel {name}: no plugin brings the adapter {adapter}; install it: "
            f"pip install syndicator-{adapter.replace('_', '-')}"
            for name, adapter in missing.items()
        ]
        raise Fault("\n".join(dict.fromkeys(lines)), exits.USAGE)

    def unusable(self, names: Collection[str]) -> dict[str, Unusable]:
        """Return those of these channels that cannot be used: by name, why, and what to do."""
        from syndicator.insight.care import Unusable

        found = {}
        for name in sorted(names):
            config = self.config.channels.get(name)
            if config is None:
                why = f"channel {name} is not in syndicator.toml any more"
                found[name] = Unusable(why, f"put [channels.{name}] back into syndicator.toml")
            elif config.adapter not in self.plugins.adapters:
                why = f"the adapter {config.adapter} of channel {name} cannot be used"
                found[name] = Unusable(why, "mend it: syndicate channels")
        return found


def load_plugins(only: Collection[str] | None) -> Plugins:
    """Return plugins: those that bring wanted adapters (None: all), and what is built in."""
    from syndicator import builtin
    from syndicator.plugins import load

    return load(only, built_in=[("files", builtin)])
