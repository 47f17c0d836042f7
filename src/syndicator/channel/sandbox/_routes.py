"""From a method and a path to the handler: declared beside the handler, found by the server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import unquote

import attrs

Handler = TypeVar("Handler", bound=Callable[..., Any])
MARK = "_sandbox_routes"


@attrs.frozen
class Route:
    """A method and a path with `{names}` in it."""

    method: str
    path: str
    stream: bool
    """Whether the handler reads the body by itself, and takes the lock by itself."""

    def match(self, path: str) -> dict[str, str] | None:
        """Return the values of the names, or None where the path is another one."""
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.path))
        found = re.fullmatch(pattern, path)
        if found is None:
            return None
        return {name: unquote(value) for name, value in found.groupdict().items()}


def route(method: str, path: str, *, stream: bool = False) -> Callable[[Handler], Handler]:
    """Declare that a method answers a request; a method may have several routes."""

    def declare(handler: Handler) -> Handler:
        routes = [*getattr(handler, MARK, ()), Route(method, path, stream)]
        setattr(handler, MARK, routes)
        return handler

    return declare


def routes_of(sandbox: object) -> Iterator[tuple[Route, Callable[..., Any]]]:
    """Yield the routes of a sandbox's class and its bases.

    A method that overrides a handler, and declares no route, answers the same requests.

    Raises:
        TypeError: a handler hides another one that answers other requests.
    """
    declared: dict[str, list[Route]] = {}
    for cls in type(sandbox).__mro__:
        for name, value in vars(cls).items():
            routes = getattr(value, MARK, None)
            if routes and declared.setdefault(name, routes) != routes:
                raise TypeError(f"{cls.__name__}.{name} is hidden by another handler")
    for name, routes in declared.items():
        for each in routes:
            yield each, getattr(sandbox, name)
