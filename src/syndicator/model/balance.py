"""Balance: how reach and revenue spread over platforms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import attrs

Unit = tuple[str, str]
"""(cut, channel) of one series: of these, at most one publish is ever out."""


def shares(amounts: Mapping[str, float]) -> dict[str, float]:
    """Return each platform's part of the whole, 0 to 1, largest first; nothing where all is 0.

    An amount below zero (revenue that was taken back) counts as none.
    """
    positive = {name: each for name, each in amounts.items() if each > 0}
    whole = sum(positive.values())
    parts = {name: each / whole for name, each in positive.items()} if whole else {}
    return dict(sorted(parts.items(), key=lambda part: (-part[1], part[0])))


def concentration(amounts: Mapping[str, float]) -> float | None:
    """Return the Herfindahl-Hirschman index: the sum of the squared shares.

    From 1/n (n platforms have the same) to 1 (one has all); times 10,000 as competition
    authorities write it. None where there is nothing to share.
    """
    parts = shares(amounts)
    return sum(each * each for each in parts.values()) if parts else None


@attrs.frozen(kw_only=True)
class Stand:
    """What one series has on one platform."""

    amount: float = 0.0
    """Measured so far; revenue in minor units."""

    measured: int = 0
    """Of how many cuts and channels."""

    waiting: int = 0
    """How many more are out or asked for, of which nothing is measured."""


@attrs.frozen(kw_only=True)
class Standing:
    """What stands on the platforms already, over all series."""

    measure: str
    """`releases`, `views` or `revenue`."""

    currency: str | None = None
    """ISO 4217, of revenue: the one that is judged."""

    platforms: Mapping[str, str] = attrs.field(factory=dict)
    """Channel to platform; channels of one platform count together."""

    stands: Mapping[str, Mapping[str, Stand]] = attrs.field(factory=dict)
    """By series, by platform."""

    begun: Mapping[str, frozenset[Unit]] = attrs.field(factory=dict)
    """By series: what is, or may be, out already."""

    measured: Mapping[str, frozenset[Unit]] = attrs.field(factory=dict)
    """By series: of what something is measured."""

    def platform(self, channel: str) -> str:
        """Return the platform of a channel; one that nobody configures is its own."""
        return self.platforms.get(channel) or channel

    def expected(self, series: str) -> dict[str, float]:
        """Return by platform what one more release of a series will add.

        A release counts one. Of views and revenue it is what the series' cuts there came to on
        average; else what all series' did there; a platform of which nothing is known is not in it.
        """
        if self.measure == "releases":
            return self._averages
        own = self.stands.get(series, {})
        return self._averages | {
            name: each.amount / each.measured for name, each in own.items() if each.measured
        }

    def totals(self, series: str, units: Iterable[Unit]) -> dict[str, float]:
        """Return by platform what stands, with these units of one series in place of its own."""
        found: dict[str, float] = {}
        for name, by_platform in self._by_series.items():
            if name != series:
                for platform, amount in by_platform.items():
                    found[platform] = found.get(platform, 0.0) + amount
        for platform, each in self.stands.get(series, {}).items():
            found[platform] = found.get(platform, 0.0) + each.amount
        expected = self.expected(series)
        for _, channel in set(units) - self.measured.get(series, frozenset()):
            platform = self.platform(channel)
            found[platform] = found.get(platform, 0.0) + expected.get(platform, 0.0)
        return found

    @cached_property
    def _by_series(self) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        for series, by_platform in self.stands.items():
            adds = self.expected(series)
            found[series] = {
                platform: each.amount + each.waiting * adds.get(platform, 0.0)
                for platform, each in by_platform.items()
            }
        return found

    @cached_property
    def _averages(self) -> dict[str, float]:
        if self.measure == "releases":
            there = {platform for each in self.stands.values() for platform in each}
            return dict.fromkeys((*self.platforms.values(), *there), 1.0)
        amounts: dict[str, float] = {}
        counts: dict[str, int] = {}
        for by_platform in self.stands.values():
            for name, each in by_platform.items():
                amounts[name] = amounts.get(name, 0.0) + each.amount
                counts[name] = counts.get(name, 0) + each.measured
        return {name: amount / counts[name] for name, amount in amounts.items() if counts[name]}
