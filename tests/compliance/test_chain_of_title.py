"""Documents: there, as they were signed, in force, and of the kinds that are needed."""

from __future__ import annotations

from hashlib import sha256

from syndicator.model.content import contents_of

from .conftest import CALENDAR, Hear

PAPER = b"the rights of the music are ours"
DIGEST = sha256(PAPER).hexdigest()
QUIET = '[policies.ratings]\nseverity = "off"\n'
NEED = QUIET + '[policies.chain-of-title.required]\nUS = ["music"]\n"tube-*" = ["music"]\n'


def documents(more: str = "", digest: str = DIGEST) -> str:
    return f"documents:\n  - {{kind: music, file: papers/music.pdf, sha256: {digest}{more}}}\n"


FILES = {"papers/music.pdf": PAPER}


def test_nothing_is_needed_unless_somebody_says_so(hear: Hear) -> None:
    assert not hear(config=QUIET).blocked


def test_a_document_as_it_was_signed_is_enough(hear: Hear) -> None:
    assert not hear(documents(), config=NEED, files=FILES).blocked
    assert not hear(documents(digest=DIGEST.upper()), config=NEED, files=FILES).blocked


def test_a_kind_that_is_needed_and_not_listed_blocks(hear: Hear) -> None:
    heard = hear(config=NEED)
    assert heard.blocked["ep001/tube-br"] == [
        "BR needs a document of kind music: the series lists none of kind music"
    ]
    assert heard.blocked["ep001/app"][0].startswith("US needs a document of kind music")


def test_a_file_that_is_missing_or_was_changed_blocks_even_where_nothing_is_needed(
    hear: Hear,
) -> None:
    gone = hear(documents(), config=QUIET).blocked["ep001/app"]
    assert gone == ["papers/music.pdf is not there"]
    (changed,) = hear(documents(), config=QUIET, files={"papers/music.pdf": b"forged"}).blocked[
        "ep001/app"
    ]
    assert changed.startswith("papers/music.pdf is not the file that was signed: SHA-256 ")


def test_a_changed_file_is_seen_again_when_it_is_put_back(hear: Hear) -> None:
    assert hear(documents(), config=NEED, files={"papers/music.pdf": b"forged!"}).blocked
    assert not hear(documents(), config=NEED, files=FILES).blocked


def test_a_document_holds_in_its_territories_only(hear: Hear) -> None:
    heard = hear(documents(", territories: [US]"), config=NEED, files=FILES)
    assert "ep001/app" not in heard.blocked
    assert heard.blocked["ep001/tube-br"] == [
        "BR needs a document of kind music: papers/music.pdf is for US"
    ]


def test_a_document_holds_to_the_end_of_its_last_day_there(hear: Hear) -> None:
    def reasons(when: str) -> list[str]:
        calendar = CALENDAR.replace("2026-12-01 20:00", when)
        heard = hear(documents(", valid_until: 2026-12-01"), config=NEED, files=FILES,
                     calendar=calendar)  # fmt: skip
        return heard.blocked.get("ep001/tube-br", [])

    assert reasons("2026-12-02 02:59") == []  # still 1 December in São Paulo
    assert reasons("2026-12-02 03:00") == [
        "BR needs a document of kind music: papers/music.pdf held until 2026-12-01"
    ]


def test_a_document_that_begins_later_is_named_with_its_day(hear: Hear) -> None:
    heard = hear(documents(", valid_from: 2027-01-01"), config=NEED, files=FILES)
    assert heard.blocked["ep001/tube-br"] == [
        "BR needs a document of kind music: papers/music.pdf holds from 2027-01-01"
    ]


def test_a_document_changes_nothing_that_is_shown(hear: Hear) -> None:
    bare, papered = (
        hear(text, config=QUIET, files=FILES).plan.title
        for text in ("", documents() + "tags: [kissing]\ndisclosures: [{kind: credits}]\n")
    )
    assert contents_of(bare.series, bare.cuts)[0] == contents_of(papered.series, papered.cuts)[0]
    assert bare.series.as_json() == papered.series.as_json()
    assert papered.series.documents
    assert "papers" not in str(papered.series.as_json())


def test_a_kind_that_there_is_not_is_a_fault_with_a_near_miss(hear: Hear) -> None:
    (fault,) = hear(config='[policies.chain-of-title.required]\nUS = ["musik"]\n').faults
    assert (fault.code, fault.hint) == ("wrong-value", "did you mean music?")
