"""A platform in memory on which a second post would show, and the two adapters that talk to it.

`two-step` gives a handle, and committing the same handle again has no second effect. `blunt` takes
one request, has no key, and cannot be asked.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import attrs

from syndicator import channel as sc

from .drawn import Place

if TYPE_CHECKING:
    from .world import World


@attrs.define(eq=False)
class Post:
    """What the platform has of a release."""

    id: str
    key: str
    is_visible: bool = False
    was_visible: bool = False
    is_gone: bool = False


@attrs.define(eq=False)
class Handle:
    """An upload that can be made a post, once."""

    key: str
    uploaded_at: int | None = None
    post: Post | None = None
    is_refused: bool = False


class OnItsWay(Exception):  # noqa: N818 - no fault
    """The request arrives later, when nobody listens any more."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after


class Platform:
    """Both platforms: what was posted, in the order in which it was seen."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.posts: list[Post] = []
        self.handles: dict[str, Handle] = {}
        self.later: list[tuple[int, str, Callable[[], object]]] = []
        """(when, whose, what): requests on their way, and moderation that ends."""

    def of(self, key: str) -> list[Post]:
        return [post for post in self.posts if post.key == key]

    def ask(self, verb: str, key: str, *about: str) -> Any:
        """Carry out a request, with whatever goes wrong on the way there and back."""
        world = self.world
        world.note(f"asks the platform: {verb} {key} {' '.join(about)}")
        if verb in {"commit", "post"}:
            world.laws.about_to_post(key)
        do = getattr(self, f"_{verb}")
        try:
            world.seam(Place.BEFORE_CALL)
        except OnItsWay as late:
            when = world.ticks + late.after
            self.later.append((when, key, lambda: do(key, *about)))
            raise sc.AnswerLost("no answer came in time") from None
        except sc.Refused:
            if self._refuses(verb, about):
                raise
        answer = do(key, *about)
        world.seam(Place.AFTER_CALL)
        return answer

    def _refuses(self, verb: str, about: tuple[str, ...]) -> bool:
        """A no to a commit, or in moderation, is a no to the handle for ever."""
        if verb not in {"commit", "status"}:
            return True
        handle = self.handles[about[0]]
        if handle.post and handle.post.is_visible:
            return False  # what is out has passed
        handle.is_refused = True
        if handle.post:
            handle.post.is_gone = True
        return True

    def pass_time(self) -> None:
        """Let arrive what is due."""
        ticks = self.world.ticks
        for each in [one for one in self.later if one[0] <= ticks]:
            self.later.remove(each)
            with suppress(sc.Refused):  # nobody listens
                each[2]()

    def _init(self, key: str) -> str:
        name = f"h{len(self.handles) + 1}"
        self.handles[name] = Handle(key)
        return name

    def _upload(self, key: str, name: str) -> bool:
        self.handles[name].uploaded_at = self.world.ticks
        return True

    def _digested(self, key: str, name: str) -> bool:
        at = self.handles[name].uploaded_at
        return at is not None and self.world.ticks - at > 20_000

    def _commit(self, key: str, name: str) -> dict[str, Any]:
        handle = self.handles[name]
        if handle.is_refused:
            raise sc.Refused("media", "this upload was refused")
        if handle.post is None:
            handle.post = self._new(key)
            wait = self.world.drawn.moderation_s * 1000
            if wait:
                post = handle.post
                self.later.append((self.world.ticks + wait, key, lambda: self._show(post)))
            else:
                self._show(handle.post)
        return self._look(key, name)

    def _look(self, key: str, name: str) -> dict[str, Any]:
        post = self.handles[name].post
        return {"post": post.id, "visible": post.is_visible} if post else {}

    def _status(self, key: str, name: str) -> dict[str, Any]:
        if self.handles[name].is_refused:
            raise sc.Refused("media", "moderation refused it")
        return self._look(key, name)

    def _post(self, key: str) -> str:
        post = self._new(key)
        self._show(post)
        return post.id

    def _remove(self, key: str, id_: str) -> None:
        post = next((each for each in self.posts if each.id == id_), None)
        if post is None:
            raise sc.Refused("receipt", f"there is no post {id_}")
        post.is_visible, post.is_gone = False, True

    def _new(self, key: str) -> Post:
        post = Post(
            f"p{len(self.posts) + 1}",
            key,
        )
        self.posts.append(post)
        self.world.laws.posted(post)
        return post

    def _show(self, post: Post) -> None:
        if not post.is_gone:
            post.is_visible = post.was_visible = True
            self.world.note(f"the platform shows {post.id} {post.key}")
            self.world.laws.shown(post)


def quotas(options: Any, operation: str) -> tuple[sc.Quota, ...]:
    drawn = options["platform"].world.drawn.quota
    if drawn is None:
        return ()
    amount, per, sliding = drawn
    return (sc.Quota(name="posts", amount=amount, per=per, sliding=sliding,
                     operations=(operation,)),)  # fmt: skip


class Simple(sc.Channel):
    """What both adapters share."""

    @classmethod
    def tuned(cls, options: Any) -> sc.Capabilities:
        found = quotas(options, "publish")
        return attrs.evolve(cls.capabilities, quotas=found) if found else cls.capabilities

    def ask(self, verb: str, release: sc.Release, *about: str) -> Any:
        return self.options["platform"].ask(verb, str(release.key), *about)

    def withdraw(self, release: sc.Release, progress: sc.Progress) -> sc.Gone:
        assert release.receipt
        self.ask("remove", release, release.receipt.remote_id)
        return sc.Gone(territories=release.territories)


class TwoStep(Simple):
    """Init, upload, commit: the handle is saved before the commit."""

    name = "two-step"
    capabilities = sc.Capabilities(
        platform="TwoStep", reconcile=sc.Reconcile.HANDLE, pending_max=timedelta(days=30)
    )

    def stage(self, release: sc.Release, progress: sc.Progress) -> sc.Pending | None:
        handle = progress.remember("handle", lambda: self.ask("init", release))
        if progress.should_stop():
            raise sc.Stopped
        progress.remember("uploaded", lambda: self.ask("upload", release, handle))
        if release_digests(self) and not self.ask("digested", release, handle):
            return sc.Pending(after=10, note="it works on the upload")
        return None

    def publish(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | sc.Pending:
        if "commit" not in progress.saved:
            waits = None if progress.is_asking else self.stage(release, progress)
            if waits is not None:
                raise sc.Retry(waits.note, after=waits.after)
            self._commit(release, progress, progress.saved["handle"])
        return _answer(progress.saved["commit"])

    def _commit(self, release: sc.Release, progress: sc.Progress, handle: str) -> None:
        try:
            progress.once(
                "commit",
                lambda: self.ask("commit", release, handle),
                # To commit again has no second effect, so that nothing seen is as good as proof.
                lost=lambda: self.ask("look", release, handle) or sc.ABSENT,
            )
        except sc.Refused:
            if not progress.is_asking:  # what was refused is never taken: begin anew next time
                progress.forget("handle", "uploaded")
            raise

    def poll(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | sc.Pending:
        if progress.should_stop():
            raise sc.Stopped
        if "handle" not in progress.saved:
            raise sc.Refused("media", "it was refused when it was last asked for")
        try:
            return _answer(self.ask("status", release, progress.saved["handle"]))
        except sc.Refused:
            progress.forget("handle", "uploaded", "commit")
            raise

    def find(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt | None:
        if "handle" not in progress.saved:
            return None
        found = self.ask("look", release, progress.saved["handle"])
        return sc.Receipt(remote_id=found["post"]) if found.get("visible") else None


def release_digests(channel: sc.Channel) -> bool:
    return bool(channel.options["platform"].world.drawn.digests)


def _answer(found: dict[str, Any]) -> sc.Receipt | sc.Pending:
    if found.get("visible"):
        return sc.Receipt(remote_id=found["post"])
    return sc.Pending(after=10, note="moderation")


class Blunt(Simple):
    """One request, and nobody to ask."""

    name = "blunt"
    capabilities = sc.Capabilities(platform="Blunt", reconcile=sc.Reconcile.NONE)

    def publish(self, release: sc.Release, progress: sc.Progress) -> sc.Receipt:
        post = progress.once("post", lambda: self.ask("post", release))
        return sc.Receipt(remote_id=post)


ADAPTERS = {"two-step": TwoStep, "blunt": Blunt}
