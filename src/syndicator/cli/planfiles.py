"""Plan files on disk: written as it is planned, read only when they are as they were written."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from syndicator.cli.desk import Desk
from syndicator.cli.faults import Fault
from syndicator.planning.planfile import (
    NoPlan,
    check_head,
    check_seal,
    dump,
    head,
    load,
    seal,
)

if TYPE_CHECKING:
    from syndicator.model.plan import Changes


class Writer:
    """Writes a plan file, one series a line: memory stays that of one series."""

    def __init__(self, desk: Desk, output: str) -> None:
        self._digest = sha256()
        self._file = Path(output).open("wb")  # noqa: SIM115 - `close` ends it
        self._line(head(desk.now(), _config(desk)))

    def write(self, changes: Changes) -> None:
        """Write what is to be done of one series."""
        self._line(dump(changes))

    def close(self) -> None:
        """Seal the file: without that it is no plan."""
        self._line(seal(self._digest.hexdigest()))
        self._file.close()

    def _line(self, text: str) -> None:
        data = f"{text}\n".encode()
        self._digest.update(data)
        self._file.write(data)


def read(desk: Desk, path: Path) -> Iterator[Changes]:
    """Yield a plan file's changes; nothing at all of one that is not whole and as it was written.

    Raises:
        Fault: it is no plan, was made elsewhere, or was edited.
    """
    number = 1
    try:
        _check(desk, path)
        with path.open(encoding="utf-8") as file:
            for number, text in enumerate(file, 1):
                if number > 1 and not text.startswith('{"sealed"'):
                    yield load(text)
    except NoPlan as error:
        raise Fault(f"{path}:{number}: {error}") from None
    except UnicodeDecodeError:
        raise Fault(f"{path}: this is no plan; make one with: syndicate plan -o FILE") from None


def _check(desk: Desk, path: Path) -> None:
    digest = sha256()
    last = b""
    with path.open("rb") as file:
        first = file.readline()
        check_head(first.decode(), _config(desk))
        digest.update(first)
        for line in file:
            digest.update(last)
            last = line
    check_seal(last.decode(), digest.hexdigest())


def _config(desk: Desk) -> str:
    return sha256((desk.folder / "syndicator.toml").read_bytes()).hexdigest()
