"""What the answers of a run say of its channels: which are down, and which work again."""

from __future__ import annotations

from datetime import datetime, timedelta

from syndicator import channel as sc
from syndicator.dispatch.act import Acted
from syndicator.dispatch.backoff import wait_before
from syndicator.dispatch.channels import Channels
from syndicator.ledger.circuits import Failure
from syndicator.ledger.ledger import Claim, Ledger
from syndicator.model.circuit import UNHEARD_MAX
from syndicator.model.state import Happened

DOWN = frozenset({sc.ChannelDown.code, sc.SignInAgain.code})
"""Nothing can be sent there, whatever it is."""

UNHEARD = frozenset({sc.AnswerLost.code, sc.Unheard.code})
"""It may be down."""

ANSWERED = frozenset({sc.Refused.code, sc.RateLimited.code, sc.QuotaSpent.code})
"""It said no in its own words, so it is there."""

LONGEST = timedelta(minutes=15)
"""How long a channel that is down is left alone at most."""


class Breaker:
    """Keeps the circuits of one run's channels."""

    def __init__(self, ledger: Ledger, channels: Channels) -> None:
        self._ledger = ledger
        self._channels = channels
        self._failing = {each.channel for each in ledger.circuits()}

    def heard(self, claim: Claim, acted: Acted, now: datetime) -> datetime | None:
        """Note what one answer says; return until when the channel is left alone, if it is."""
        channel = claim.row.key.channel
        if acted.verdict in DOWN or acted.verdict in UNHEARD:
            return self._fails(channel, acted, now)
        if channel in self._failing and _answered(acted):
            self._failing.discard(channel)
            self._ledger.works(channel, self._platform(channel))
        return acted.pause_until

    def _fails(self, channel: str, acted: Acted, now: datetime) -> datetime | None:
        self._failing.add(channel)
        platform = self._platform(channel)
        names = self._channels.names
        others = [each for each in names if each != channel and self._platform(each) == platform]
        before = {each.channel: each.failures for each in self._ledger.circuits()}
        wait = min(wait_before(before.get(channel, 0) + 1), LONGEST)
        until = max(acted.pause_until or now, now + wait)
        circuit = self._ledger.fails(
            Failure(
                channel=channel, platform=platform, siblings=tuple(others), until=until,
                opens_at=1 if acted.verdict in DOWN else UNHEARD_MAX,
                reason=acted.settlement.error,
            ),
            now=now,
        )  # fmt: skip
        return circuit.until

    def _platform(self, channel: str) -> str:
        return self._channels.declared(channel).platform


def _answered(acted: Acted) -> bool:
    """Return whether a channel did as asked, or refused it itself."""
    settlement = acted.settlement
    if acted.verdict:
        return acted.verdict in ANSWERED
    nothing = settlement.happened is Happened.SEEN_GONE and settlement.data is None
    return settlement.task is None and not settlement.error and not nothing
