"""Deliveries for a portal: the package is whole and by the rules, and a person hands it in."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import attrs
import jsonschema
import pytest
from PIL import Image
from syndicator_tiktok.drama_center.channel import DramaCenter
from syndicator_tiktok.drama_center.package import todo

import syndicator.channel as sc
from syndicator.channel._http import Http
from syndicator.model.money import Money
from syndicator.model.terms import Terms
from syndicator.model.work import Companion

SIZE = 5_000_001


@pytest.fixture
def center(studio, sandbox):
    """Return a channel; its clock is the sandbox's."""
    (studio.folder / "chain.pdf").write_bytes(b"%PDF")

    def make(**options):
        given = {
            "accounts": ["us-main"], "audience": "women 25+", "themes": {"lantern": ["mystery"]},
            "rights": {"lantern": {"core": ["chain.pdf"], "original": True}},
            "workspace": str(studio.folder), **options,
        }  # fmt: skip
        jsonschema.validate(given, DramaCenter.options_schema)
        return DramaCenter(given, Http(now=sandbox.clock.now), account="center")

    return make


@pytest.fixture
def whole(studio, sandbox, lost_power):
    """Return the releases of a series of two episodes, with what the portal wants of them."""
    Image.new("RGB", (180, 240)).save(studio.folder / "cover.jpg")
    size = (studio.folder / "cover.jpg").stat().st_size
    cover = attrs.evolve(studio.file("x.jpg", b"x"), path="cover.jpg", size=size)

    def make(*numbers, **more):
        found = []
        for number in numbers:
            release = studio.release(number, size=SIZE, **more)
            digest = hashlib.sha256((studio.folder / f"ep{number:03d}.mp4").read_bytes())
            file = attrs.evolve(release.cut.media.file, sha256=digest.hexdigest())
            variant = attrs.evolve(release.cut.media, file=file)
            series = attrs.evolve(release.series, episode_count=len(numbers),
                                  posters=(Companion(file=cover),))  # fmt: skip
            found.append(attrs.evolve(
                release, cut=attrs.evolve(release.cut, variants=(variant,)), series=series,
                at=sandbox.clock.now() + timedelta(days=10),
            ))  # fmt: skip
        return found, [lost_power() for _ in numbers]

    return make


def with_siblings(releases, disks, states, n):
    drop = tuple(
        sc.Sibling(key=x.key, cut=x.cut, state=state, saved=dict(disk.saved))
        for m, (x, disk, state) in enumerate(zip(releases, disks, states, strict=True)) if m != n
    )  # fmt: skip
    return attrs.evolve(releases[n], drop=drop)


def test_a_series_becomes_one_package_with_one_task(center, whole, studio) -> None:
    channel, (releases, disks) = center(), whole(1, 2)
    planned = ["planned", "planned"]
    first = channel.stage(with_siblings(releases, disks, planned, 0), disks[0].progress("k"))
    assert first.task is None, "the other episode is not there"
    second = channel.stage(with_siblings(releases, disks, planned, 1), disks[1].progress("k"))
    assert second.task is None, "the first one leads"
    ready = channel.stage(with_siblings(releases, disks, planned, 0), disks[0].progress("k"))
    folder = studio.folder / "deliveries/tiktok-drama-center/lantern/pilot"
    assert ready.task.folder == str(folder)
    assert "Upload all 2 files" in ready.task.text
    names = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert names == {
        "episodes/001.mp4", "episodes/002.mp4", "cover.jpg", "rights/chain.pdf", "manifest.json",
        "TODO.txt",
    }  # fmt: skip
    copy = (folder / "episodes/002.mp4").read_bytes()
    assert copy == (studio.folder / "ep002.mp4").read_bytes()
    form = json.loads((folder / "manifest.json").read_text())
    assert form["title"] == "Lantern Street"
    assert form["totalVideoNum"] == len(form["videos"]) == 2
    assert form["copyrightProof"] == {
        "isOriginalRightsHolder": True, "isAdaptation": False, "selectedMaterialTypes": ["core"],
        "files": ["rights/chain.pdf"],
    }  # fmt: skip
    assert form["publishAt"].endswith("+08:00")


def test_the_others_follow_what_the_person_says_of_the_first(center, whole) -> None:
    channel, (releases, disks) = center(), whole(1, 2)
    channel.stage(with_siblings(releases, disks, ["planned"] * 2, 1), disks[1].progress("k"))
    handed_in = with_siblings(releases, disks, ["staged", "staging"], 1)
    assert channel.stage(handed_in, disks[1].progress("k")) is None
    leads = channel.publish(
        with_siblings(releases, disks, ["staged"] * 2, 0), disks[0].progress("k")
    )
    assert "Look whether the series is online" in leads.task.text
    waits = channel.publish(
        with_siblings(releases, disks, ["processing"] * 2, 1), disks[1].progress("k")
    )
    assert waits.task is None
    live = with_siblings(releases, disks, ["live", "processing"], 1)
    assert channel.poll(live, disks[1].progress("k")).remote_id == "lantern/2"


def test_a_series_is_delivered_whole(center, whole) -> None:
    channel, (releases, disks) = center(), whole(1, 2, 3)
    releases, disks = releases[:2], disks[:2]
    channel.stage(with_siblings(releases, disks, ["planned"] * 2, 1), disks[1].progress("k"))
    with pytest.raises(sc.Refused, match="has 3 episodes and the drop has 2"):
        channel.stage(with_siblings(releases, disks, ["planned"] * 2, 0), disks[0].progress("k"))


def test_a_copy_that_was_cut_short_is_made_again(center, whole, studio) -> None:
    channel, (releases, disks) = center(), whole(1)
    folder = studio.folder / "deliveries/tiktok-drama-center/lantern/pilot/episodes"
    folder.mkdir(parents=True)
    (folder / "001.mp4").write_bytes(b"half")
    (folder / ".001.mp4.part").write_bytes(b"rest")
    channel.stage(releases[0], disks[0].progress("k"))
    assert (folder / "001.mp4").stat().st_size == SIZE


def test_a_file_that_changed_is_never_delivered(center, whole, studio) -> None:
    channel, (releases, disks) = center(), whole(1)
    with (studio.folder / "ep001.mp4").open("r+b") as file:
        file.write(b"changed")
    with pytest.raises(sc.Refused, match="not the file that was planned"):
        channel.stage(releases[0], disks[0].progress("k"))


def test_a_cover_of_another_shape_is_refused(center, whole, studio) -> None:
    channel, (releases, disks) = center(), whole(1)
    Image.new("RGB", (240, 240)).save(studio.folder / "cover.jpg")
    with pytest.raises(sc.Refused, match="240x240; the portal wants 3:4"):
        channel.stage(releases[0], disks[0].progress("k"))
    (studio.folder / "cover.jpg").write_bytes(b"no picture")
    with pytest.raises(sc.Refused, match="cannot be read as a picture"):
        channel.stage(releases[0], disks[0].progress("k"))


def codes(channel, release):
    return [reason.code for reason in channel.review(release)]


def evolved(release, **facts):
    variant = release.cut.media
    file = attrs.evolve(variant.file, **{k: facts.pop(k) for k in ("size", "path") if k in facts})
    language = facts.pop("language", None)
    facts = attrs.evolve(variant.facts, **facts)
    variant = attrs.evolve(variant, file=file, facts=facts, language=language)
    return attrs.evolve(release, cut=attrs.evolve(release.cut, variants=(variant,)))


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"size": 4_999_999}, "file-size"), ({"size": 4_000_000_001}, "file-size"),
        ({"seconds": 14.9}, "running-time"), ({"seconds": 1200.1}, "running-time"),
        ({"width": 1080, "height": 1080}, "aspect"),
        ({"width": 540, "height": 960}, "resolution"), ({"path": "ep001.mov"}, "container"),
        ({"language": "pt-BR"}, "not-original"),
    ],
)  # fmt: skip
def test_a_file_that_the_portal_refuses(center, whole, facts, code) -> None:
    (release,), _ = whole(1)
    assert codes(center(), release) == []
    assert codes(center(), evolved(release, **facts)) == [code]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"themes": {}}, "no-themes"), ({"rights": {}}, "no-proof-of-rights"),
        ({"rights": {"lantern": {"supporting": ["chain.pdf"]}}}, "no-proof-of-rights"),
        ({"rights": {"lantern": {"core": ["missing.pdf"]}}}, "proof-of-rights"),
        ({"rights": {"lantern": {"core": ["ep001.mp4"]}}}, "proof-of-rights"),
    ],
)  # fmt: skip
def test_a_form_that_the_portal_refuses(center, whole, options, code) -> None:
    (release,), _ = whole(1)
    assert codes(center(**options), release) == [code]


def test_rights_that_the_accounts_regions_exceed_are_refused(center, whole) -> None:
    (release,), _ = whole(1, territories=sc.Territories.parse(["US", "BR"]))
    assert codes(center(), release) == ["territory-limit"]
    assert codes(center(regions=["US"]), release) == []


def test_terms_need_a_free_episode_and_dollars(center, whole) -> None:
    terms = Terms(model="unlock", unlock_price=Money(99, "EUR"))
    (release,), _ = whole(1, terms=terms)
    assert codes(center(), release) == ["no-preview", "no-price"]


def test_terms_are_in_the_manifest(center, whole, studio) -> None:
    terms = Terms(model="unlock", free_episodes=8, unlock_price=Money(999, "USD"))
    (release,), (disk,) = whole(1, terms=terms)
    channel = center(managed=True)
    channel.stage(release, disk.progress("k"))
    folder = studio.folder / "deliveries/tiktok-drama-center/lantern/pilot"
    form = json.loads((folder / "manifest.json").read_text())
    assert (form["previewVideoNum"], form["priceInUsd"]) == (8, "9.99")
    assert form["consignmentStatus"] is True


def test_a_date_that_the_portal_cannot_schedule_is_said(center, whole, sandbox) -> None:
    (release,), _ = whole(1)
    now = sandbox.clock.now()
    options = center()._options
    assert "Schedule the publication" in todo(release, options, 1, now)
    for off in (timedelta(hours=1), timedelta(days=61)):
        late = attrs.evolve(release, at=now + off)
        assert "after the review" in todo(late, options, 1, now)


def test_what_the_portal_cannot_do_is_told(center, whole) -> None:
    channel = center()
    (release,), _ = whole(1)
    assert "partner manager" in channel.by_hand("withdraw", release).text
    assert "Replace episode 1" in channel.by_hand("update", release).text
    assert channel.by_hand("extend", release) is None
    assert channel.check().name == "us-main"
