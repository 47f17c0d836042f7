"""Chunk plans against the written rules, for any size a file may have."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from syndicator_tiktok.posting.chunks import WHOLE_MAX, plan

MB, MIB = 10**6, 2**20
LARGEST_FILE = 4 * 2**30

sizes = st.one_of(
    st.integers(1, LARGEST_FILE),
    st.integers(WHOLE_MAX - 2, WHOLE_MAX + 2),
    st.integers(0, 400).flatmap(lambda n: st.integers(max(1, n * 10 * MB - 1), n * 10 * MB + 1)),
)


@given(sizes)
@example(1)
@example(5 * MB)
@example(64 * MB)
@example(64 * MB + 1)
@example(64 * MIB)
@example(64 * MIB + 1)
@example(LARGEST_FILE)
def test_a_plan_keeps_every_written_rule_in_both_readings_of_mb(size: int) -> None:
    chunks = plan(size)
    assert chunks.count == size // chunks.chunk
    assert 1 <= chunks.count <= 1000
    pieces = list(chunks)
    assert len(pieces) == chunks.count
    assert [first for first, _ in pieces] == [n * chunks.chunk for n in range(chunks.count)]
    assert sum(length for _, length in pieces) == size
    assert all(length == chunks.chunk for _, length in pieces[:-1])
    last = pieces[-1][1]
    if chunks.count == 1:
        assert chunks.chunk == size
        assert size <= 64 * MB
    else:
        assert 5 * MIB <= chunks.chunk <= 64 * MB
        assert last <= 128 * MB


@given(sizes, st.integers(0, LARGEST_FILE))
def test_what_comes_next_begins_no_later_than_what_is_stored(size: int, stored: int) -> None:
    chunks = plan(size)
    number = chunks.number_of(stored)
    if stored >= size:
        assert number == chunks.count
    else:
        first, length = chunks.at(number)
        assert first <= stored < first + length


def test_an_empty_file_has_no_chunks() -> None:
    with pytest.raises(ValueError, match="empty"):
        plan(0)
