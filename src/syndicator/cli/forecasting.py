"""What the releases of a plan will spend, so that it can be said today which come late."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import click

from syndicator.cli import render

if TYPE_CHECKING:
    from datetime import datetime

    from syndicator.cli.comparing import Compared
    from syndicator.cli.desk import Desk
    from syndicator.model.release import Release
    from syndicator.planning.forecast import Cost, Late, Purse

SHOWN = 12


@attrs.define
class Forecast:
    """Gathers what every release that is still to go out will cost."""

    desk: Desk
    costs: list[Cost] = attrs.field(factory=list)
    _purses: dict[str, Mapping[str, Purse]] = attrs.field(factory=dict)
    _known: dict[tuple[str, str, str], Mapping[Purse, int]] = attrs.field(factory=dict)

    def add(self, compared: Compared) -> None:
        """Count the releases of one series."""
        from syndicator.planning.changes import WAITING

        plan = compared.plan
        if plan is None:
            return
        wanted = [
            each for each in plan.releases
            if each.key.action == "publish" and not each.blocked and self._purses_of(each)
        ]  # fmt: skip
        if not wanted:
            return
        known = self.desk.ledger.known(compared.series)
        for each in wanted:
            was = known.get(each.key)
            if was is None or was.state in WAITING:
                self._count(each, plan.contents)

    def late(self) -> list[Late]:
        """Return the releases that the allowances do not carry in time."""
        from syndicator.planning.forecast import forecast

        return forecast(self.costs, self._spent(), self.desk.now())

    def _purses_of(self, release: Release) -> Mapping[str, Purse]:
        """Return the daily allowances of a release's channel, by the quota's name."""
        name = release.key.channel
        if name not in self._purses:
            from syndicator.model.allowance import account_of, is_daily
            from syndicator.planning.forecast import Purse

            can = self.desk.channels.declared(name)
            options = self.desk.config.channels[name].options
            self._purses[name] = {
                quota.name: Purse(account_of(name, quota, can.platform, options), quota)
                for quota in can.quotas
                if is_daily(quota)
            }
        return self._purses[name]

    def _count(self, release: Release, contents: Mapping[str, str]) -> None:
        from syndicator.planning.forecast import Cost

        kind = (release.key.channel, release.content, str(release.terms.as_json()))
        if kind not in self._known:
            self._known[kind] = self._units(release, contents)
        units = self._known[kind]
        if units:
            self.costs.append(
                Cost(key=release.key, at=release.at, begin_at=release.begin_at, units=units)
            )

    def _units(self, release: Release, contents: Mapping[str, str]) -> Mapping[Purse, int]:
        from syndicator.dispatch.resolve import as_planned
        from syndicator.model.content import Content

        cut = json.loads(contents[release.content])
        content = Content.from_json(json.loads(contents[cut["series"]]), cut["cut"])
        purses = self._purses_of(release)
        channel = self.desk.channels.open(release.key.channel)
        try:
            costs = channel.cost(as_planned(release, content, self.desk.folder))
        except Exception:  # noqa: BLE001 - an adapter may raise anything at all; `--check` says it
            return {}
        return {purses[name]: units for name, units in costs.items() if name in purses and units}

    def _spent(self) -> dict[tuple[Purse, datetime], int]:
        from syndicator.model.allowance import span

        now = self.desk.now()
        every = {purse for cost in self.costs for purse in cost.units}
        found = {}
        for purse in every:
            began = span(purse.quota, now)[0]
            used = self.desk.ledger.spent(purse.account, purse.quota.name, since=began)
            found[purse, began] = used
        return found


def lines(late: Sequence[Late], *, every: bool, total: int) -> Iterator[str]:
    """Yield what people read: by allowance, which releases come late and when they come."""
    groups: dict[Any, list[Late]] = defaultdict(list)
    for each in late:
        groups[each.purse].append(each)
    for purse, group in groups.items():
        quota = purse.quota
        yield click.style(
            f"\n{purse.account}: {quota.amount:,} {quota.name} a day do not carry "
            f"{len(group)} of {render.count(total, 'release')} in time",
            fg="yellow",
        )
        for one in group if every else group[:SHOWN]:
            when = "never: it costs more than a whole day has"
            if one.ready_at is not None:
                when = f"from {one.ready_at:%Y-%m-%d %H:%M} UTC"
            yield f"  ! {one.key}  due {one.at:%Y-%m-%d %H:%M} UTC, {when}"
        if not every and len(group) > SHOWN:
            yield f"  ! … and {len(group) - SHOWN} more (--all shows them)"
