"""Languages that are needed, and what stands in for them."""

from __future__ import annotations

from .conftest import Hear

QUIET = '[policies.ratings]\nseverity = "off"\n'


def need(required: str, **options: str) -> str:
    told = "".join(f"{key} = {value}\n" for key, value in options.items())
    table = f"[policies.missing-localization.required]\n{required}\n"
    return f"{QUIET}[policies.missing-localization]\n{told}{table}"


def test_nothing_is_needed_by_default(hear: Hear) -> None:
    heard = hear(config=QUIET)
    assert not heard.blocked
    assert not heard.said


def test_a_language_that_is_missing_blocks_where_it_is_needed(hear: Hear) -> None:
    heard = hear(config=need('BR = ["pt-BR"]'))
    assert heard.blocked["ep001/tube-br"] == [
        "BR needs words in pt-BR, and there are none; nearest is en, at a distance of 84"
    ]
    assert "ep001/app" in heard.blocked
    assert "ep001/tube-cn" not in heard.blocked


def test_another_variety_stands_in_where_that_is_near_enough(hear: Hear) -> None:
    far = hear(config=need('app = ["en-GB"]'))
    assert far.blocked["ep001/app"][0].endswith("nearest is en, at a distance of 5")
    near = hear(config=need('app = ["en-GB"]', max_distance="5"))
    assert not near.blocked
    assert near.said == [
        (
            "nearest-language: ep001 and 1 more on app: "
            "app needs words in en-GB; en stands in, at a distance of 5"
        ),
    ]


def test_the_same_language_under_another_tag_is_there(hear: Hear) -> None:
    heard = hear(config=need('app = ["en-US"]'))
    assert (heard.blocked, heard.said) == ({}, [])


def test_captions_are_read_or_heard_and_audio_is_heard(hear: Hear) -> None:
    config = need('app = ["pt-BR"]', parts='["captions"]')
    heard = hear(config=config, files={"ep001.pt-BR.vtt": b"WEBVTT\n"})
    assert "ep001/app" not in heard.blocked
    assert "captions in pt-BR" in heard.blocked["ep002/app"][0]
    heard = hear(config=need('app = ["pt-BR", "en"]', parts='["audio"]'))
    assert [len(each) for each in heard.blocked.values()] == [1, 1]
    assert "audio in pt-BR" in heard.blocked["ep001/app"][0]


def test_a_channel_has_only_the_languages_that_it_is_given(hear: Hear) -> None:
    words = "  pt-BR: {title: Uma Série}\n"
    config = need('app = ["pt-BR"]')
    assert not hear(words=words, config=config).blocked
    heard = hear(words=words, config=config, channels="  app: {languages: [en]}\n")
    assert heard.blocked["ep001/app"] == [
        "app needs words in pt-BR, and there are none; nearest is en, at a distance of 84"
    ]


def test_languages_of_options_are_checked(hear: Hear) -> None:
    faults = hear(config=need('app = ["pt_br", "xx-invalid-!"]')).faults
    assert [(each.code, each.found) for each in faults] == [
        ("unknown-language", "pt_br"), ("unknown-language", "xx-invalid-!"),
    ]  # fmt: skip
    assert faults[0].expected == "pt-BR"
    (fault,) = hear(config=need("", parts='["caption"]')).faults
    assert (fault.code, fault.hint) == ("wrong-value", "did you mean captions?")
