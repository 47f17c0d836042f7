"""The adapter: deliveries for TikTok's Drama Center, a portal that has no interface for programs.

What can be done is done: the package is built and checked by the portal's rules. The rest waits for
a person, twice: until it was handed in, and until it was seen. A drop is one package; its episode
with the lowest number carries both tasks, and the others follow it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import syndicator.channel as sc
from syndicator_tiktok.drama_center import rules
from syndicator_tiktok.drama_center.options import SCHEMA, Options
from syndicator_tiktok.drama_center.package import PORTAL, Package, todo

if TYPE_CHECKING:
    from syndicator.channel.testing import Trial

FOLLOW_S = 300.0
ASK_S = 86_400.0
HANDED_IN = ("staged", "publishing", "processing", "live")
LEAD = timedelta(days=14)
"""A review takes days, and the person who hands it in some too."""


class DramaCenter(sc.Channel):
    """Packages for the portal, and the tasks of the person who hands them in."""

    name = "tiktok_drama_center"
    options_schema = SCHEMA
    capabilities = sc.Capabilities(
        platform="TikTok",
        reconcile=sc.Reconcile.NATIVE_KEY,
        kinds=("episode",),
        business_models=("free", "ad_supported", "unlock"),
        size_max=rules.SIZE[1],
        seconds=rules.SECONDS,
        lead=LEAD,
        pending_max=timedelta(days=365),
        needs_siblings=True,
    )

    @classmethod
    def trial(cls) -> Trial:
        from syndicator_tiktok.trials import DRAMA_CENTER

        return DRAMA_CENTER

    @property
    def _options(self) -> Options:
        return Options.of(self.options)

    def check(self) -> sc.Account:
        options = self._options
        notes = ["has no interface for programs: packages are built here and handed in by a person"]
        try:
            options.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise sc.ChannelDown(f"{options.folder} cannot be written: {error.strerror}") from None
        return sc.Account(name=", ".join(options.accounts), url=PORTAL, notes=notes)

    def review(self, release: sc.Release) -> Sequence[sc.Reason]:
        return rules.review(release, self._options)

    def stage(self, release: sc.Release, progress: sc.Progress) -> sc.Pending | None:
        try:
            return self._packed(release, progress)
        except OSError as error:
            where = self._options.folder
            raise sc.ChannelDown(f"{where} cannot be written: {error.strerror}") from None

    def _packed(self, release: sc.Release, progress: sc.Progress) -> sc.Pending | None:
        package = Package.of(release, self._options)
        if "packed" not in progress.saved:
            for reason in self.review(release)[:1]:
                raise sc.Refused(reason.code, reason.text)
            progress.save(packed=package.add(release, progress))
        leader = _leader(release)
        if leader is not None:
            if leader.state in HANDED_IN:
                return None
            return sc.Pending(after=FOLLOW_S, note=f"waits for {leader.key.cut}, which leads")
        return self._hand_in(release, progress, package)

    def _hand_in(self, release: sc.Release, progress: sc.Progress, package: Package) -> sc.Pending:
        waits = [x.key.cut for x in release.drop if not x.saved.get("packed")]
        if waits:
            return sc.Pending(after=FOLLOW_S, note=f"waits for {', '.join(waits[:5])}")
        names = sorted({str(x.saved["packed"]) for x in release.drop} | {progress.saved["packed"]})
        declared = release.series.episode_count
        if declared and declared != len(names):
            raise sc.Refused(
                "episodes",
                f"the series has {declared} episodes and the drop has {len(names)}: the portal "
                "takes a series whole; release all of it at one instant, or correct episode_count",
            )
        now = self.http.now()
        folder = package.close(release, names, now)
        text = todo(release, self._options, len(names), now)
        return sc.Pending(
            after=ASK_S, note="to be handed in", task=sc.Task(text, url=PORTAL, folder=str(folder))
        )

    def publish(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | sc.Pending:  # noqa: ARG002 - what was packed is handed in
        leader = _leader(release)
        if leader is not None:
            if leader.state == "live":
                return sc.Receipt(remote_id=_name(release), url=PORTAL)
            return sc.Pending(after=FOLLOW_S, note=f"waits for {leader.key.cut}, which leads")
        text = (
            "Look whether the series is online on the accounts; if the review was late, publish it "
            "in the portal. Then confirm, with --url where it is."
        )
        return sc.Pending(after=ASK_S, note="to be seen", task=sc.Task(text, url=PORTAL))

    def poll(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | sc.Pending:
        return self.publish(release, progress)

    def by_hand(self, operation: str, release: sc.Release) -> sc.Task | None:
        url = release.receipt.url if release.receipt and release.receipt.url else PORTAL
        if operation == "update":
            text = f"Replace episode {release.cut.number} in the portal, or its words."
            return sc.Task(text, url=url)
        if operation == "withdraw":
            text = (
                "The portal takes nothing off: ask TikTok's partner manager to. Look at the "
                "accounts that it is gone, then confirm."
            )
            return sc.Task(text, url=url)
        return None


def _leader(release: sc.Release) -> sc.Sibling | None:
    """Return the sibling that carries the tasks; None where it is this release."""
    mine = release.cut.number or 0
    before = [x for x in release.drop if (x.cut.number or 0) < mine]
    return min(before, key=lambda x: x.cut.number or 0, default=None)


def _name(release: sc.Release) -> str:
    return f"{release.key.series}/{release.cut.number}"
