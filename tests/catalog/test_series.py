"""A series and what lies beside it: names that can be made, files that belong, none that crash."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from syndicator.model.work import Cut

from .conftest import CALENDAR, SERIES, Files, make_clip


def cuts(files: Files) -> dict[str, Cut]:
    ((title, _),) = files.open().titles()
    assert title is not None
    return {each.id: each for each in title.cuts}


PATTERNS = [
    "ep{number:09999999999d}.mp4",
    "ep001.mp4",
    "ep{number",
    "ep{nr}.mp4",
    "{number}{number}",
    "{number.__class__}.mp4",
    "ep{number!r}.mp4",
    "ep{language}.mp4",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_names_that_cannot_be_made_are_said_once(files: Files, pattern: str) -> None:
    files.write(
        "catalog/s/series.yaml", SERIES.replace("count: 3", f'count: 3, media: "{pattern}"')
    )
    problem = files.only()
    assert (problem.code, problem.expected) == ("bad-pattern", "ep{number:03d}.mp4")


MEDIA = ["x" * 5000 + ".mp4", "e\\0.mp4", "/etc/passwd", "../../../../etc/passwd/x", "."]


@pytest.mark.parametrize("name", MEDIA)
def test_a_file_that_cannot_be_there_is_no_media(files: Files, name: str) -> None:
    listed = f'episodes: [{{number: 1, media: "{name}"}}]'
    files.write("catalog/s/series.yaml", SERIES.replace("episodes: {count: 3}", listed))
    files.write("calendars/s.yaml", CALENDAR.replace("1-3", "1"))
    problem = files.only()
    assert problem.code == "no-media"
    assert "\0" not in str(problem.found)


def test_media_may_lie_in_a_folder_below(files: Files, clip: bytes) -> None:
    files.write("catalog/s/cut/trailer.mp4", clip)
    line = "cuts: [{id: trailer, kind: trailer, media: cut/trailer.mp4}]\n"
    files.write("catalog/s/series.yaml", SERIES + line)
    assert files.problems() == []
    assert cuts(files)["trailer"].variants[0].file.path == "catalog/s/cut/trailer.mp4"


def test_other_audio_is_found_by_its_pattern(files: Files, clip: bytes) -> None:
    files.write("catalog/s/ep002.pt-BR.mp4", clip)
    pattern = 'count: 3, variants: "ep{number:03d}.{language}.mp4"'
    files.write("catalog/s/series.yaml", SERIES.replace("count: 3", pattern))
    assert files.problems() == []
    languages = {key: [each.language for each in cut.variants] for key, cut in cuts(files).items()}
    assert languages == {"ep001": [None], "ep002": [None, "pt-BR"], "ep003": [None]}


def test_captions_and_posters_belong_to_the_media_they_are_named_after(files: Files) -> None:
    for name in ("ep001.en.vtt", "ep001.pt_br.srt", "ep001.jpg", "poster.jpg", "poster.en.png"):
        files.write(f"catalog/s/{name}", "WEBVTT\n")
    assert files.problems() == []
    first = cuts(files)["ep001"]
    assert [each.language for each in first.captions] == ["en", "pt-BR"]
    assert [each.file.path for each in first.posters] == ["catalog/s/ep001.jpg"]
    ((title, _),) = files.open().titles()
    assert title is not None
    assert [each.language for each in title.series.posters] == ["en", None]


def test_pictures_of_other_names_are_left_alone(files: Files) -> None:
    files.write("catalog/s/still.draft2.jpg", "?")
    assert files.problems() == []


def test_a_caption_that_belongs_to_nothing_is_said(files: Files) -> None:
    files.write("catalog/s/ep01.en.vtt", "WEBVTT\n")
    problem = files.only()
    assert (problem.code, problem.severity, problem.hint) == (
        "stray-caption", "warning", "did you mean ep001?",
    )  # fmt: skip


def test_of_two_captions_in_one_language_the_better_is_taken(files: Files) -> None:
    for name in ("ep001.en.srt", "ep001.en.vtt"):
        files.write(f"catalog/s/{name}", name)
    assert (files.only().code, files.only().severity) == ("double-caption", "warning")
    assert [each.file.path for each in cuts(files)["ep001"].captions] == ["catalog/s/ep001.en.vtt"]


def test_a_caption_in_no_language_is_placed_at_its_file(files: Files) -> None:
    files.write("catalog/s/ep001.klingonese.vtt", "WEBVTT\n")
    problem = files.only()
    assert (problem.code, problem.place.file) == (
        "unknown-language", "catalog/s/ep001.klingonese.vtt",
    )  # fmt: skip


def test_a_link_that_leads_nowhere_hides_nothing_beside_it(files: Files) -> None:
    files.write("catalog/s/ep001.en.vtt", "WEBVTT\n")
    (files.folder / "catalog/s/round.jpg").symlink_to("round.jpg")
    (files.folder / "catalog/s/gone.jpg").symlink_to("nothing")
    assert files.problems() == []
    assert len(cuts(files)["ep001"].captions) == 1


def test_a_volume_of_episodes_that_are_not_there_is_said(files: Files, clip: bytes) -> None:
    files.write("catalog/s/v.mp4", clip)
    line = "cuts: [{id: v, kind: volume, episodes: 1-4, media: v.mp4}]\n"
    files.write("catalog/s/series.yaml", SERIES + line)
    problem = files.only()
    assert (problem.code, problem.expected, problem.place.line) == ("unknown-episode", "1 to 3", 6)


def test_a_language_in_two_spellings_is_said(files: Files) -> None:
    series = SERIES.replace("  en: {", "  EN: {title: Again}\n  en: {")
    files.write("catalog/s/series.yaml", series)
    assert files.only().code == "duplicate-language"


BROKEN = {
    "rubbish": b"rubbish" * 2000,
    "nothing": b"",
    "cut off": b"SQLite format 3\x00" + bytes(20),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_cache_that_is_damaged_is_begun_anew(files: Files, name: str) -> None:
    assert files.problems() == []
    path = files.folder / ".syndicator/media.db"
    for each in path.parent.iterdir():
        each.unlink()
    path.write_bytes(BROKEN[name])
    assert files.problems() == []
    assert known(path) == 3


def test_facts_that_another_version_wrote_are_read_again(files: Files) -> None:
    assert files.problems() == []
    path = files.folder / ".syndicator/media.db"
    with sqlite3.connect(path) as connection:
        connection.execute("""UPDATE fact SET facts = '{"colour": 1}'""")
    connection.close()
    assert files.problems() == []
    assert len(cuts(files)) == 3


def known(path: Path) -> int:
    connection = sqlite3.connect(path)
    (number,) = connection.execute("SELECT count(*) FROM fact").fetchone()
    connection.close()
    return int(number)


def test_where_no_cache_can_be_written_the_files_are_read(files: Files) -> None:
    files.write(".syndicator", "a file in its place")
    assert files.problems() == []
    assert len(cuts(files)) == 3


def test_a_file_that_changed_is_read_again(files: Files) -> None:
    before = cuts(files)["ep001"].variants[0]
    make_clip(files.folder / "catalog/s/ep001.mp4", width=160, height=320)
    after = cuts(files)["ep001"].variants[0]
    assert (before.facts.width, after.facts.width) == (144, 160)
    assert before.file.sha256 != after.file.sha256
