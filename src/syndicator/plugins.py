"""Find, cage and name plugins. This module knows entry points; nobody else does.

A plugin is one entry point of the group `syndicator`; its name is that of the adapter it brings, so
that a run loads the adapters its channels use and no other. Each loads in its own cage: whatever
it does wrong becomes a `Broken`, and only that.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import attrs
import pluggy
from pluggy import HookImpl

from syndicator import hookspecs
from syndicator.channel import API_VERSION, Channel
from syndicator.model.event import Event
from syndicator.model.seam import Policy, Reader

GROUP = "syndicator"
"""Entry points of adapters; the name is the adapter's, so that a run loads those it needs."""

EXTENSIONS = "syndicator.extensions"
"""Entry points of plugins that bring readers, policies, listeners or commands: always loaded."""

LOADS_WITHIN_S = 10.0
"""A plugin that takes longer to import is left out: it must not keep the others waiting."""

APIS = (API_VERSION - 1, API_VERSION)


@attrs.frozen(kw_only=True)
class Broken:
    """A plugin that could not be used, with its package and version."""

    name: str
    package: str
    why: str
    do: str

    def __str__(self) -> str:
        return f"plugin {self.name} ({self.package}) cannot be used: {self.why}. {self.do}"


@attrs.frozen(kw_only=True)
class Found:
    """One entry point, as `syndicate plugin list` shows it."""

    name: str
    package: str
    adapters: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    broken: Broken | None = None


class Plugins:
    """The plugins of this run."""

    def __init__(self) -> None:
        self.manager = pluggy.PluginManager(GROUP)
        self.manager.add_hookspecs(hookspecs)
        self.adapters: dict[str, type[Channel]] = {}
        self.found: list[Found] = []
        self.deaf: list[str] = []
        """Plugins whose `ledger_event` raised, once each."""

    @property
    def broken(self) -> list[Broken]:
        """Those that could not be used."""
        return [each.broken for each in self.found if each.broken]

    def readers(self) -> list[Reader]:
        """Return every plugin's readers."""
        return [reader for answer in self.manager.hook.register_readers() for reader in answer]

    def policies(self) -> list[Policy]:
        """Return every plugin's policies."""
        return [policy for answer in self.manager.hook.register_policies() for policy in answer]

    def tell(self, event: Event) -> None:
        """Tell every plugin that listens; what one raises silences that one only."""
        for implementation in self.manager.hook.ledger_event.get_hookimpls():
            name = implementation.plugin_name
            if name in self.deaf:
                continue
            try:
                implementation.function(event)
            except Exception:
                self.deaf.append(name)

    def register(self, plugin: object, name: str, package: str) -> None:
        """Register a plugin and take its adapters, or record why it cannot be used."""
        try:
            self.manager.register(plugin, name=name)
            self.manager.check_pending()
            adapters = self._adapters_of(plugin, name)
        except Exception as error:
            if self.manager.get_plugin(name):
                self.manager.unregister(name=name)
            self.reject(name, package, error)
            return
        callers = self.manager.get_hookcallers(plugin) or []
        hooks = tuple(sorted(caller.name for caller in callers))
        self.found.append(Found(name=name, package=package, adapters=tuple(adapters), hooks=hooks))

    def _adapters_of(self, plugin: object, name: str) -> list[str]:
        mine: list[HookImpl] = [
            implementation
            for implementation in self.manager.hook.register_adapters.get_hookimpls()
            if implementation.plugin is plugin
        ]
        answers: list[Any] = [hook.function() for hook in mine]
        every = [each for answer in answers for each in answer]
        for each in every:
            _check_adapter(each, self.adapters, name)
        adapters = {each.name: each for each in every}
        self.adapters.update(adapters)
        return sorted(adapters)

    def reject(self, name: str, package: str, error: BaseException) -> None:
        """Record that a plugin cannot be used."""
        first = str(error).strip().split("\n", maxsplit=1)[0]
        why = f"{type(error).__name__}: {first}" if first else type(error).__name__
        broken = Broken(
            name=name,
            package=package,
            why=why,
            do=f"Reinstall, upgrade or remove it: pip uninstall {package.split(maxsplit=1)[0]}",
        )
        self.found.append(Found(name=name, package=package, broken=broken))


def load(
    only: Collection[str] | None = None,
    *,
    built_in: Iterable[tuple[str, object]] = (),
    points: Callable[[], Iterable[EntryPoint]] = lambda: entry_points(group=GROUP),
    extensions: Callable[[], Iterable[EntryPoint]] = lambda: entry_points(group=EXTENSIONS),
) -> Plugins:
    """Return the plugins that are installed, each loaded in its cage.

    Args:
        only: the adapters that are wanted; None loads every plugin. Plugins whose entry point has
            another name than a wanted adapter are not imported.
        built_in: (name, plugin) that come with syndicator, through the same door.
        points: where the entry points of adapters come from.
        extensions: where those of all other plugins come from.
    """
    plugins = Plugins()
    for name, plugin in built_in:
        plugins.register(plugin, name, "syndicator")
    wanted = [point for point in points() if only is None or point.name in only]
    for name, twins in _by_name([*wanted, *extensions()]):
        if len({_package(point) for point in twins}) > 1:
            owners = " and ".join(sorted(_package(point) for point in twins))
            plugins.reject(name, owners, ValueError("two packages bring a plugin of this name"))
            continue
        _load_one(plugins, twins[0])
    return plugins


def _load_one(plugins: Plugins, point: EntryPoint) -> None:
    try:
        with _within(LOADS_WITHIN_S):
            module = point.load()
    except (Exception, SystemExit) as error:  # one that leaves takes nobody with it
        plugins.reject(point.name, _package(point), error)
        return
    plugins.register(module, point.name, _package(point))


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the middle of whatever takes longer; only in the main thread."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(
        signal, "setitimer"
    ):
        yield
        return

    def ring(number: int, frame: object) -> None:  # noqa: ARG001 - the library's
        raise TimeoutError(f"it had not been imported after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _by_name(points: Iterable[EntryPoint]) -> Iterator[tuple[str, list[EntryPoint]]]:
    by_name: dict[str, list[EntryPoint]] = {}
    for point in points:
        by_name.setdefault(point.name, []).append(point)
    yield from sorted(by_name.items())


def _package(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else "unknown package"


def _check_adapter(adapter: Any, taken: dict[str, type[Channel]], plugin: str) -> None:
    if not (isinstance(adapter, type) and issubclass(adapter, Channel)):
        raise TypeError(f"register_adapters of {plugin} returned {adapter!r}, which is no Channel")
    word = adapter.name
    if word in taken:
        raise ValueError(f"the adapter {word} is already brought by {taken[word].__module__}")
    if adapter.api not in APIS:
        raise ValueError(
            f"adapter {word} is written for channel API {adapter.api}; this syndicator speaks "
            f"{' and '.join(str(each) for each in APIS if each)}"
        )
    if not adapter.can("publish"):
        raise TypeError(f"adapter {word} has no publish()")
