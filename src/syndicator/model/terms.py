"""How a release earns on its channel."""

from __future__ import annotations

from typing import Any

import attrs

from syndicator.model.money import Money


@attrs.frozen(kw_only=True)
class Terms:
    """The business model of a series on a channel, and its figures."""

    model: str = "free"
    """`free`, `unlock`, `ad_supported` or `subscription`."""

    free_episodes: int | None = None
    """Of an `unlock` series: how many episodes are shown before the price."""

    unlock_price: Money | None = None
    """What one locked episode costs; None where the channel sets it."""

    discount: int | None = None
    """Percent off the price inside the channel's own app, where it has one; 1 to 99."""

    disclosure: tuple[str, ...] = ()
    """Whom it advertises, which platforms want to be told: `branded_content` (a third party pays),
    `own_brand` (the producer's own business), `paid_placement` (a product is placed in it)."""

    def is_open(self, number: int | None) -> bool:
        """Return whether a viewer sees this episode without paying; every other cut is open."""
        return self.model != "unlock" or number is None or number <= (self.free_episodes or 0)

    def as_json(self) -> Any:
        price = self.unlock_price.as_json() if self.unlock_price else None
        return {
            "model": self.model,
            "free_episodes": self.free_episodes,
            "unlock_price": price,
            "discount": self.discount,
            "disclosure": list(self.disclosure),
        }

    @classmethod
    def from_json(cls, data: Any) -> Terms:
        price = data["unlock_price"]
        return cls(
            model=data["model"],
            free_episodes=data["free_episodes"],
            unlock_price=Money(**price) if price else None,
            discount=data.get("discount"),
            disclosure=tuple(data.get("disclosure", ())),
        )
