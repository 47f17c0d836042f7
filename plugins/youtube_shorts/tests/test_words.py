"""Titles, descriptions, tags and merging: pure laws."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from syndicator_youtube_shorts.words import differing, merged, tags

keywords = st.lists(st.text(max_size=40), max_size=60)


@given(keywords)
def test_tags_fit_as_google_counts_them(words: list[str]) -> None:
    found = tags(words)
    total = sum(len(x) + (2 if " " in x else 0) for x in found) + max(0, len(found) - 1)
    assert total <= 500
    assert all(found)
    assert not any(set(x) & set("<>,") for x in found)


def test_google_s_own_example_of_counting() -> None:
    assert tags(["Foo-Baz"] * 62) == ["Foo-Baz"] * 62  # 62 * 7 + 61 commas = 495
    assert len(tags(["Foo Baz"] * 62)) == 50  # 50 * 9 + 49 commas = 499


@given(st.integers(90, 140))
def test_a_title_gives_way_and_its_number_never(studio_free, length: int) -> None:
    title = studio_free("word " * (length // 5), 42)
    assert len(title) <= 100
    assert title.endswith("42")


def test_angles_are_replaced_by_what_looks_alike(studio_free) -> None:
    assert studio_free("a <b> c", 1) == "a \u2039b\u203a c 1"


NOW = {
    "snippet": {"title": "Old", "tags": ["a"], "categoryId": "24", "channelId": "UC"},
    "status": {"privacyStatus": "private", "publishAt": "2026-12-01T00:00:00Z",
               "embeddable": False, "uploadStatus": "processed"},
}  # fmt: skip


def test_what_is_not_wished_is_written_as_it_was() -> None:
    whole = merged(NOW, {"snippet": {"title": "New"}})
    assert whole == {"snippet": {"title": "New", "tags": ["a"], "categoryId": "24"}}


def test_opening_takes_the_schedule_off_and_keeps_the_rest() -> None:
    whole = merged(NOW, {"status": {"privacyStatus": "public"}})
    assert whole == {"status": {"privacyStatus": "public", "embeddable": False}}


def test_nothing_is_written_where_all_is_as_wished() -> None:
    assert merged(NOW, {"snippet": {"title": "Old"}, "status": {"privacyStatus": "private"}}) == {}


def test_what_is_absent_is_empty_and_what_differs_is_named() -> None:
    shown = {"snippet": {"title": "x"}, "status": {"privacyStatus": "private"}}
    wish = {"snippet": {"title": "x", "tags": []}, "status": {"privacyStatus": "public"}}
    assert differing(shown, wish) == ["status.privacyStatus"]
