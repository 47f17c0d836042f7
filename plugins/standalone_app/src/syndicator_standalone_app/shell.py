"""The viewer's own files: brought to the target at the first publish, and when they change."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable

from syndicator_standalone_app.store import Store

RECORD = ".entries/.viewer"
ENTRANCE = "index.html"


def bring_viewer(store: Store) -> None:
    """Put the viewer there, its entrance last; nothing happens if this one is there already."""
    content = _viewer()
    digest = hashlib.sha256()
    for path in sorted(content):
        digest.update(path.encode() + b"\0" + content[path].read_bytes() + b"\0")
    mark = digest.hexdigest().encode()
    if store.read(RECORD) == mark:
        return
    for path in sorted(content, key=lambda each: (each == ENTRANCE, each)):
        store.write(path, content[path].read_bytes())
    store.write(RECORD, mark)


def _viewer() -> dict[str, Traversable]:
    root = files("syndicator_standalone_app") / "viewer"
    return dict(_walk(root, "")) if root.is_dir() else {}


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found = []
    for each in folder.iterdir():
        if each.is_dir():
            found += _walk(each, f"{prefix}{each.name}/")
        else:
            found.append((f"{prefix}{each.name}", each))
    return found
