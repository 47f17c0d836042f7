"""A piece of a file as the body of a request: streamed, never whole in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from syndicator.channel._verdicts import Retry, Stopped

BLOCK = 1 << 20


class FilePart:
    """`length` bytes of a file from `first` on; can be sent any number of times."""

    def __init__(
        self,
        path: Path,
        first: int,
        length: int,
        *,
        sent: Callable[[int], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            path: the file.
            first: offset of the first byte.
            length: how many bytes; announced before they are read.
            sent: told how many bytes went out, block by block (`progress.bytes`).
            should_stop: asked before each block (`progress.should_stop`).
        """
        self.path = path
        self.first = first
        self.length = length
        self._sent = sent
        self._should_stop = should_stop

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[bytes]:
        left = self.length
        try:
            with self.path.open("rb", buffering=0) as file:
                file.seek(self.first)
                while left:
                    if self._should_stop and self._should_stop():
                        raise Stopped
                    block = file.read(min(BLOCK, left))
                    if not block:
                        raise Retry(f"{self.path.name} became shorter while it was being sent")
                    left -= len(block)
                    yield block
                    if self._sent:
                        self._sent(len(block))
        except OSError as error:
            raise Retry(f"cannot read {self.path.name}: {error.strerror}") from None
