"""What an episode costs in a mini-app: the price list for its server.

The media-asset API has no field for a price: a mini-app sells each episode itself, for Beans, by
`/v2/minis/trade_order/create/` with an amount that its server must calculate
(developers.tiktok.com/doc/minis-payment-apis). So what the calendar says of terms goes into a file
that this server reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from syndicator.channel import Reason, Release
from syndicator.model.money import Money, digits_of
from syndicator.model.terms import Terms
from syndicator_tiktok.minis.index import changing
from syndicator_tiktok.minis.options import Settings

FORMAT = 1
MOST_USD = 400
"""One purchase costs at most so many dollars (developers.tiktok.com/doc/tiktok-beans-pricing-tiers;
350 in Korea)."""

MODELS = ("free", "unlock", "ad_supported")
ACCESS: Mapping[str, str] = {"ad_supported": "ads", "unlock": "beans"}


def beans(price: Money, rates: Mapping[str, float]) -> int | None:
    """Return what a price is in Beans; None where nobody said what its currency is worth."""
    rate = rates.get(price.currency)
    if rate is None:
        return None
    units = Decimal(price.minor).scaleb(-digits_of(price.currency))
    return max(1, _rounded(units * Decimal(str(rate))))


def discounted(full: int, percent: int | None) -> int:
    """Return a price after the in-app discount; nothing that has a price becomes free."""
    return max(1, _rounded(Decimal(full) * (100 - (percent or 0)) / 100))


def _rounded(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_UP))


def line(terms: Terms, seq: int, rates: Mapping[str, float]) -> dict[str, Any]:
    """Return an episode's line of the price list."""
    found: dict[str, Any] = {"seq": seq}
    if terms.is_open(seq) and terms.model != "ad_supported":
        return {**found, "access": "free"}
    if terms.model == "ad_supported":
        return {**found, "access": "ads"}
    price = terms.unlock_price
    full = beans(price, rates) if price else None
    return {
        **found,
        "access": "beans",
        "beans": full,
        "discounted_beans": discounted(full, terms.discount) if full else None,
        "price": price.as_json() if price else None,
        "discount_percent": terms.discount,
    }


def objections(release: Release, settings: Settings) -> Iterator[Reason]:
    """Yield what speaks against a release's terms; a model that it lacks is refused by the core."""
    terms = release.terms
    if terms.model != "unlock":
        return
    price, rates = terms.unlock_price, settings.beans_per_unit
    if settings.price_list is None:
        yield Reason(
            "no-price-list",
            f"terms `unlock` on {settings.account} reach the mini-app's server by a file only; "
            "set `price_list` to where it is to be written",
        )
    if price is None:
        yield Reason("no-price", "terms `unlock` need `unlock_price`: TikTok sets none")
        return
    full = beans(price, rates)
    if full is None:
        known = ", ".join(sorted(rates))
        yield Reason(
            "no-rate",
            f"{price} in Beans is known by nobody: `beans_per_unit` says it for {known}",
        )
    elif "USD" in rates and full > MOST_USD * rates["USD"]:
        yield Reason("price-too-high", f"{price} are {full} Beans, more than {MOST_USD} USD")


def publish(settings: Settings, release: Release, ids: Mapping[int, str], album_id: str) -> None:
    """Write the lines of episodes into the price list, beside those of others."""
    if settings.price_list is None:
        return
    rates = settings.beans_per_unit
    with changing(settings.price_list) as document:
        series = _series(document, release.series.id)
        series["album_id"] = album_id
        lines = {each["seq"]: each for each in series["episodes"]}
        for seq, episode_id in ids.items():
            lines[seq] = {**line(release.terms, seq, rates), "episode_id": episode_id}
        series["episodes"] = [lines[seq] for seq in sorted(lines)]


def take_out(path: Path | None, series_id: str, seq: int) -> None:
    """Take an episode's line out of the price list."""
    if path is None:
        return
    with changing(path) as document:
        series = _series(document, series_id)
        series["episodes"] = [each for each in series["episodes"] if each["seq"] != seq]


def _series(document: dict[str, Any], series_id: str) -> dict[str, Any]:
    document.setdefault("format", FORMAT)
    found: dict[str, Any] = document.setdefault("series", {}).setdefault(
        series_id, {"album_id": None, "episodes": []}
    )
    return found
