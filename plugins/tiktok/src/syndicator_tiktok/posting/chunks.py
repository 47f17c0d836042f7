"""How a file is cut into chunks: inside the written rules and those seen on the live service.

developers.tiktok.com/doc/content-posting-api-media-transfer-guide: chunks of 5 MB to 64 MB, the
last one up to 128 MB; the count is floor(size / chunk), at most 1000. `MB` is not defined there, so
a plan keeps inside both readings. Since August 2026 the live service also wants one chunk to be
exactly the file, and files over 64 MB to be several.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

WHOLE_MAX = 64_000_000
"""A file up to here goes in one piece: the smaller reading of 64 MB."""

CHUNK = 10_000_000


@attrs.frozen
class Chunks:
    """The plan for one file."""

    size: int
    chunk: int
    count: int

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Yield (first byte, length) of each chunk, in order."""
        return (self.at(number) for number in range(self.count))

    def at(self, number: int) -> tuple[int, int]:
        """Return (first byte, length) of a chunk; the last one takes the remainder."""
        first = number * self.chunk
        return first, (self.size - first if number == self.count - 1 else self.chunk)

    def number_of(self, stored: int) -> int:
        """Return the chunk that comes next where so many bytes are stored."""
        return self.count if stored >= self.size else min(stored // self.chunk, self.count - 1)


def plan(size: int) -> Chunks:
    """Return the chunks for a file of so many bytes.

    Raises:
        ValueError: the file is empty.
    """
    if size < 1:
        raise ValueError("an empty file has no chunks")
    if size <= WHOLE_MAX:
        return Chunks(size, size, 1)
    return Chunks(size, CHUNK, size // CHUNK)
