"""Captions: as long as TikTok takes, and nothing broken in the middle."""

from __future__ import annotations

import regex
from hypothesis import given
from hypothesis import strategies as st
from syndicator_tiktok.posting.caption import fit, hashtag

from syndicator.channel import in_utf16 as units
from syndicator.channel import shorten

ELLIPSIS = "…"
FAMILY = "👨‍👩‍👧‍👦"
words = st.lists(
    st.one_of(
        st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12),
        st.sampled_from([FAMILY, "नमस्ते", "สวัสดี", "e\u0301" * 5, "#tag", "x" * 300]),
    ),
    max_size=40,
).map(" ".join)


@given(words, st.integers(0, 400))
def test_a_cut_fits_and_breaks_no_word_and_no_grapheme(text: str, most: int) -> None:
    found = shorten(text, most, units)
    assert units(found) <= most
    whole = text.strip()
    if units(whole) <= most:
        assert found == whole
        return
    if not found:
        return
    assert found.endswith(ELLIPSIS)
    kept = found.removesuffix(ELLIPSIS)
    assert whole.startswith(kept)
    rest = whole[len(kept) :]
    first = regex.match(r"\S+", whole)
    is_between_words = not kept or rest[:1].isspace() or kept[-1:].isspace()
    is_inside_a_single_word = first is not None and len(kept) < first.end()
    assert is_between_words or is_inside_a_single_word
    assert (
        is_between_words
        or regex.findall(r"\X", kept)
        == regex.findall(r"\X", whole)[: len(regex.findall(r"\X", kept))]
    )


@given(words, st.lists(st.text(max_size=60), max_size=60), st.integers(20, 300))
def test_a_caption_fits_and_its_hashtags_are_whole(text: str, keys: list[str], most: int) -> None:
    tags = [tag for key in keys if (tag := hashtag(key))]
    found = fit("{title} {number}\n\n{synopsis}\n\n{hashtags}",
                {"title": "Lantern", "number": "7"}, text, tags, most)  # fmt: skip
    assert units(found) <= most
    assert found.startswith("Lantern 7")


def test_the_synopsis_gives_way_before_the_hashtags() -> None:
    found = fit("{title}\n\n{synopsis}\n\n{hashtags}", {"title": "Lantern"},
                "a long story of many words", ["#one", "#two"], 40)  # fmt: skip
    assert found == "Lantern\n\na long story of…\n\n#one #two"


def test_hashtags_are_left_out_whole_from_the_last() -> None:
    found = fit("{title} {hashtags}", {"title": "Lantern"}, "", ["#first", "#second"], 20)
    assert found == "Lantern #first"


def test_a_person_of_four_is_four_people_or_none() -> None:
    assert shorten(FAMILY * 3, units(FAMILY) * 2 + 1, units) == FAMILY * 2 + ELLIPSIS


def test_the_limit_counts_utf_16() -> None:
    assert units("😀") == 2
    assert units("é") == 1


def test_a_keyword_becomes_a_hashtag_in_its_own_script() -> None:
    assert hashtag("family drama") == "#familydrama"
    assert hashtag("नमस्ते दुनिया") == "#नमस्तेदुनिया"
    assert hashtag("lo-fi & more!") == "#lofimore"
    assert hashtag("!?") == ""
