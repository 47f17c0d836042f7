from pathlib import Path

import pytest
from syndicator_standalone_app.captions import read_captions

from syndicator.channel import Refused

SAMPLES = Path("/work/shared/data/subtitles")
SRT = "1\n00:00:01,000 --> 00:00:02,500\n<i>Coração</i>\nsegunda linha\n"
TTML = (
    '<?xml version="1.0" encoding="UTF-8"?><tt xmlns="http://www.w3.org/ns/ttml" xml:lang="pt-BR">'
    '<body><div><p begin="00:00:01.000" end="00:00:02.500">Olá<br/>mundo</p></div></body></tt>'
)


def test_subrip_becomes_webvtt():
    text = read_captions("a.srt", SRT.encode()).text()
    assert text.startswith("WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n<i>Coração</i>\nsegunda linha")


def test_ttml_becomes_webvtt():
    (cue,) = read_captions("a.ttml", TTML.encode()).cues
    assert (cue.start, cue.end, cue.text) == (1.0, 2.5, "Olá\nmundo")


def test_webvtt_keeps_its_settings_and_styles():
    source = (
        "WEBVTT - title\n\nSTYLE\n::cue { color: lime }\n\nNOTE mine\n\n"
        "one\n00:01.000 --> 00:02.000 line:10% align:start\nHi\n"
    )
    text = read_captions("a.vtt", source.encode()).text()
    assert "STYLE\n::cue { color: lime }" in text
    assert "00:00:01.000 --> 00:00:02.000 line:10% align:start\nHi" in text
    assert "NOTE" not in text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_in_every_form(encoding):
    captions = read_captions("a.srt", SRT.encode(encoding))
    assert captions.cues[0].text.startswith("<i>Coração")
    assert captions.notes == ()


def test_an_old_windows_file_is_read_with_a_note():
    captions = read_captions("a.srt", SRT.encode("cp1252"))
    assert captions.cues[0].text.startswith("<i>Coração")
    assert "Windows-1252" in captions.notes[0]


def test_all_line_ends_are_read():
    for end in ("\r\n", "\r"):
        assert len(read_captions("a.srt", SRT.replace("\n", end).encode()).cues) == 1


def test_captions_are_put_in_order_and_empty_ones_left_out():
    source = (
        "WEBVTT\n\n00:05.000 --> 00:06.000\nlate\n\n00:01.000 --> 00:02.000\nearly\n\n"
        "00:03.000 --> 00:03.000\nnever\n"
    )
    captions = read_captions("a.vtt", source.encode())
    assert [cue.text for cue in captions.cues] == ["early", "late"]
    assert "left out 1" in captions.notes[0]


def test_a_caption_on_a_boundary_is_in_both_pieces():
    source = "WEBVTT\n\n00:29.000 --> 00:31.000\nboth\n\n00:59.000 --> 00:59.500\nsecond\n"
    pieces = read_captions("a.vtt", source.encode()).pieces(70)
    assert [seconds for seconds, _ in pieces] == pytest.approx([30, 30, 10])
    assert ["both" in text for _, text in pieces] == [True, True, False]
    assert ["second" in text for _, text in pieces] == [False, True, False]
    assert all("X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000" in text for _, text in pieces)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.vtt", b"vtt\n\n00:01.000 --> 00:02.000\nx", "does not begin with WEBVTT"),
        ("a.vtt", b"WEBVTT\n\n00:01 --> 00:02\nx", "no time of a caption"),
        ("a.vtt", b"WEBVTT\n", "no caption with a time"),
        ("a.srt", b"just words", "holds no captions"),
        ("a.srt", b"", "holds no captions"),
        ("a.srt", b"\x81\x8d --> ", "is no text"),
        ("a.ttml", b"<tt><body>", "cannot be read as TTML"),
        ("a.ttml", b"<html/>", "cannot be read as TTML"),
        ("a.ttml", b'<!DOCTYPE x [<!ENTITY a "b">]><tt/>', "declares entities"),
        ("a.srt", b"x" * 9_000_000, "larger than 8 MiB"),
    ],
)
def test_what_is_no_captions_file_is_refused_with_a_sentence(name, data, said):
    with pytest.raises(Refused, match=said) as refused:
        read_captions(name, data)
    assert refused.value.field == "captions"
    assert name in refused.value.reason


def test_captions_of_another_video_are_refused():
    source = "WEBVTT\n\n01:00:00.000 --> 01:00:01.000\nx\n"
    with pytest.raises(Refused, match="after the end of the video"):
        read_captions("a.vtt", source.encode(), 60.0)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the sample files are not in {SAMPLES}")
@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("ttconv_alignment.srt", 9),
        ("ttconv_extended-tags.srt", 1),
        ("ttconv_alignment.vtt", 9),
        ("ttconv_position.vtt", 4),
        ("ttconv_style.vtt", 1),
    ],
)
def test_real_files_are_read_and_read_again(name, number):
    captions = read_captions(name, (SAMPLES / name).read_bytes())
    assert len(captions.cues) == number
    assert read_captions("again.vtt", captions.text().encode()) == captions


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the sample files are not in {SAMPLES}")
def test_a_real_file_with_a_bad_signature_is_refused():
    name = "ttconv_bad-signature.vtt"
    with pytest.raises(Refused, match="does not begin with WEBVTT"):
        read_captions(name, (SAMPLES / name).read_bytes())
