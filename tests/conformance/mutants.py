"""Channels with one mistake each. The first ten are those that publishers are known to make."""

from __future__ import annotations

import urllib.request
from typing import Any, ClassVar

import attrs

import syndicator.channel as sc
from syndicator.channel.testing import Trial
from syndicator.channel.testing.acme.channel import Acme
from syndicator.channel.testing.acme.sandbox import TOKEN
from syndicator.channel.testing.acme.trials import ACME

POST = "/v1/posts"


class Mutant(Acme):
    """Acme, but for one mistake; `caught_by` names the cells and checks that must see it."""

    name = "mutant"
    caught_by: ClassVar[tuple[str, ...]] = ()

    def do_post(self, release: sc.Release, upload: str) -> Any:
        return self._ask("POST", POST, json=self._post(release, upload))["id"]

    def uploaded(self, release: sc.Release, progress: sc.Progress) -> str:
        upload: str = progress.remember("upload", lambda: self._open(release))
        self._send(release, upload, progress)
        return upload


class Reinit(Mutant):
    """Posts again after a lost answer."""

    caught_by = ("publish/3/lost-after", "publish/3/late", "publish/3/garbage-after")

    def publish(self, release, progress):
        upload = self.uploaded(release, progress)
        return self._look(progress.remember("post", lambda: self.do_post(release, upload)))


class SaveAfterEffect(Mutant):
    """Takes note of the post once it is made."""

    caught_by = ("publish/3/kill-after",)

    def publish(self, release, progress):
        if "post" not in progress.saved:
            post = self.do_post(release, self.uploaded(release, progress))
            progress.save(post=post)
        return self._look(progress.saved["post"])


class SaveBeforeEffect(Mutant):
    """Takes a post that was about to be made for one that was."""

    caught_by = ("publish/3/kill-before",)

    def publish(self, release, progress):
        upload = self.uploaded(release, progress)
        if "post" not in progress.saved:
            progress.save(post="p1")
            progress.save(post=self.do_post(release, upload))
        return self._look(progress.saved["post"])


class RepeatsPost(Mutant):
    """Lets the client repeat what is not idempotent."""

    caught_by = ("publish/3/lost-after", "publish/3/late", "publish/3/503-after")

    def do_post(self, release, upload):
        answer = self.http.exchange("POST", POST, json=self._post(release, upload), repeatable=True)
        if answer.status >= 500:
            return self.do_post(release, upload)
        return answer.json()["id"]

    def publish(self, release, progress):
        upload = self.uploaded(release, progress)
        return self._look(progress.remember("post", lambda: self.do_post(release, upload)))


class IgnoresRange(Mutant):
    """Counts what it sent, instead of asking what arrived."""

    caught_by = ("publish/1/kill-before", "publish/1/503")

    def _send(self, release, upload, progress):
        size = release.media.stat().st_size
        if "sent" not in progress.saved:
            progress.save(sent=size)
            part = sc.FilePart(release.media, 0, size)
            self._stored(upload, size, part, f"0-{size - 1}")


class TrustsAbsence(Mutant):
    """Posts again because a list is silent."""

    caught_by = ("lag",)

    def _listed(self, release, progress):
        return self._hit(release) or sc.ABSENT


class LiveUnseen(Mutant):
    """Calls it live because Acme took it."""

    caught_by = ("well",)

    def _look(self, post):
        return sc.Receipt(remote_id=post)


class TakesNoForProof(Mutant):
    """Takes any refusal for proof that nothing happened."""

    caught_by = ("publish/3/400-after",)

    def _ask(self, method, path, **more):
        answer = self.http.exchange(method, path, **more)
        if not answer.is_success:
            raise sc.Refused("request", str(answer))
        return answer.json()


class Swallows(Mutant):
    """Takes a fault for success."""

    caught_by = ("publish/3/lost-before", "publish/3/garbage", "publish/3/reset", "publish/3/stall")

    def publish(self, release, progress):
        try:
            return super().publish(release, progress)
        except sc.ChannelError:
            return sc.Receipt(remote_id="p1")


class ForgetsName(Mutant):
    """Remembers under another name at each attempt."""

    caught_by = ("publish/3/lost-after",)

    def publish(self, release, progress):
        upload = self.uploaded(release, progress)
        name = f"post-{progress.attempt}"
        return self._look(progress.once(name, lambda: self.do_post(release, upload)))

    def poll(self, release, progress):
        return self._look(next(v for k, v in progress.saved.items() if k.startswith("post-")))


TEN = (
    Reinit, SaveAfterEffect, SaveBeforeEffect, RepeatsPost, IgnoresRange, TrustsAbsence,
    LiveUnseen, TakesNoForProof, Swallows, ForgetsName,
)  # fmt: skip


class GivesUp(Mutant):
    """Takes trouble for the end."""

    caught_by = tuple(f"publish/0/{status}" for status in (408, 429, 500, 502, 503, 504))

    def _open(self, release):
        answer = self.http.exchange("POST", "/v1/uploads",
                                    json={"size": release.media.stat().st_size})  # fmt: skip
        if answer.status != 201:
            raise sc.Refused("media", str(answer))
        return answer.json()["id"]


class MistakesTwice(Mutant):
    """Takes it for a fault that what it takes off is gone already."""

    caught_by = ("withdraw/0/twice",)

    def withdraw(self, release, progress):
        self._ask("DELETE", f"{POST}/{self._live(release)}")
        return super().withdraw(release, progress)

    def _ask(self, method, path, **more):
        answer = self.http.exchange(method, path, **more)
        if method == "DELETE" and answer.status == 404:
            raise sc.Refused("action", "there is no such post")
        return answer.json()


class GoneUnseen(Mutant):
    """Says that it is gone without looking."""

    caught_by = ("withdraw/0/500",)

    def withdraw(self, release, progress):
        self.http.exchange("DELETE", f"{POST}/{self._live(release)}")
        return sc.Gone()


class UpdatesUnheard(Mutant):
    """Says that it is changed whatever came of it."""

    caught_by = ("update/0/500",)

    def update(self, release, progress):
        post = self._live(release)
        self.http.exchange("PATCH", f"{POST}/{post}", json=self._words(release))
        return self._look(post)


class NeverEnds(Mutant):
    """Asks for ever."""

    caught_by = ("well",)

    def _look(self, post):
        return sc.Pending(after=5)


class ShowsElsewhere(Mutant):
    """Says that it is seen where nobody asked for it: the next plan wants a correction."""

    caught_by = ("well",)

    def _look(self, post):
        found = super()._look(post)
        if isinstance(found, sc.Receipt):
            return attrs.evolve(found, territories=sc.Territories.parse(["AR"]))
        return found


class TellsSecret(Mutant):
    """Saves its token in the clear."""

    caught_by = ("publish/0/429",)

    def publish(self, release, progress):
        progress.save(header=f"Bearer {TOKEN}")
        return super().publish(release, progress)


class StagesSeen(Mutant):
    """Calls posting staging."""

    caught_by = ("stage",)

    def stage(self, release, progress):
        found = super().publish(release, progress)
        return found if isinstance(found, sc.Pending) else None


class TakesAnyOption(Mutant):
    """Has a schema that refuses nothing."""

    caught_by = ("options",)
    options_schema = {"type": "object", "properties": {"rating": {}}}


class ReviewsNothing(Mutant):
    """Lets pass what Acme would refuse."""

    caught_by = ("review",)

    def review(self, release):
        return ()


class PromisesLength(Mutant):
    """Declares a longer title than Acme takes."""

    caught_by = ("limits",)
    capabilities = attrs.evolve(Acme.capabilities, title_max=81)


class FindsBySending(Mutant):
    """Sends while it looks."""

    caught_by = ("reads",)

    def find(self, release, progress):
        found = super().find(release, progress)
        if found is None:
            upload = self._open(release)
            self._send(release, upload, progress)
            self.do_post(release, upload)
        return found


class CannotBeAsked(Mutant):
    """Declares that it can be asked, and asks nobody."""

    caught_by = ("reconcile",)

    def _listed(self, release, progress):
        return None


class MarksTheSeries(Mutant):
    """Plants the same marker in every episode."""

    caught_by = ("identity",)

    def _post(self, release, upload):
        return {**super()._post(release, upload), "reference": release.series.id}

    def _hit(self, release):
        found = self._ask("GET", POST, params={"reference": release.series.id})["posts"]
        return found[0]["id"] if found else None


class FindsFromMemory(Mutant):
    """Finds what it remembers, and looks at nothing."""

    caught_by = ("find",)

    def find(self, release, progress):
        post = progress.saved.get("post")
        return sc.Receipt(remote_id=post) if post else None


class OtherWords(Mutant):
    """Posts under a title of its own."""

    caught_by = ("well",)

    def _words(self, release):
        return {**super()._words(release), "title": "Wrong"}


class HalfTheBytes(Mutant):
    """Sends the beginning of the file."""

    caught_by = ("well",)

    def _open(self, release):
        return self._ask("POST", "/v1/uploads", json={"size": 5000})["id"]

    def _send(self, release, upload, progress):
        self._stored(upload, 5000, sc.FilePart(release.media, 0, 5000), "0-4999")


class GoneUnasked(Mutant):
    """Says that it is gone and asks nothing."""

    caught_by = ("well",)

    def withdraw(self, release, progress):
        return sc.Gone()


class WaitsForEver(Mutant):
    """Has a client of its own, without a deadline."""

    caught_by = ("deadline",)

    def _look(self, post):
        base = str(self.options["api_base"])
        asked = urllib.request.Request(
            f"{base}{POST}/{post}", headers={"Authorization": f"Bearer {TOKEN}"}
        )
        with urllib.request.urlopen(asked):
            return super()._look(post)


class SharesState(Mutant):
    """Remembers in the class."""

    caught_by = ("accounts",)
    known: ClassVar[dict[str, Any]] = {}

    def _look(self, post):
        self.known[post] = super()._look(post)
        return self.known[post]


class BreaksOnClose(Mutant):
    """Falls over once it was closed."""

    caught_by = ("closed",)

    def close(self):
        self.base_url = None

    def check(self):
        return sc.Account(name=self.base_url.upper())


class HearsAnything(Mutant):
    """Believes whoever calls."""

    caught_by = ("hear",)

    def hear(self, headers, body):
        return [sc.Heard(name="published")]


class SpendsNothing(Mutant):
    """Declares a quota that nothing spends."""

    caught_by = ("quotas",)
    capabilities = attrs.evolve(
        Acme.capabilities, quotas=(attrs.evolve(Acme.capabilities.quotas[0], operations=()),)
    )


class TellsNobody(Mutant):
    """Leaves a person without a word of what to do."""

    caught_by = ("by-hand",)
    withdraw = sc.Channel.withdraw

    def by_hand(self, operation, release):
        return sc.Task("")


class Narrower(Mutant):
    """Takes less than its last release did."""

    caught_by = ("declaration",)

    @classmethod
    def trial(cls) -> Trial:
        return attrs.evolve(ACME, declared={"title_max": 90, "operations": ["find", "hear"]})


class WaivesSilently(Mutant):
    """Waives a check without a reason."""

    caught_by = ("claims",)

    @classmethod
    def trial(cls) -> Trial:
        return attrs.evolve(ACME, waived={"lag": "no"})


OTHERS = (
    GivesUp, MistakesTwice, GoneUnseen, UpdatesUnheard, NeverEnds, ShowsElsewhere, TellsSecret,
    StagesSeen, TakesAnyOption, ReviewsNothing, PromisesLength, FindsBySending, CannotBeAsked,
    MarksTheSeries, FindsFromMemory, OtherWords, HalfTheBytes, GoneUnasked,
    WaitsForEver, SharesState, BreaksOnClose, HearsAnything, SpendsNothing, TellsNobody, Narrower,
    WaivesSilently,
)  # fmt: skip
