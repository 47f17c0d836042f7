"""The life of a video against the sandbox: one video, whatever goes wrong on the way."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import attrs
import httpx
import pytest
from syndicator_youtube_shorts import upload as uploading

import syndicator.channel as sc
from syndicator.model.terms import Terms
from syndicator.model.work import Localization

UNIT = 262_144
SIZE = 2 * UNIT + 1000


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "PIECE", UNIT)


def test_a_short_is_opened_and_proven(studio, disk, sandbox, until_live) -> None:
    channel, release = studio.channel(), studio.release(captions=("en", "pt-BR"))
    receipt = until_live(channel, release, disk, sandbox.clock.advance)
    (post,) = studio.visible()
    assert receipt.remote_id == post.id
    assert receipt.url == f"https://www.youtube.com/shorts/{post.id}"
    assert post.title == "Lantern Street 1"
    assert post.text == "Every night someone lights a lantern.\n\n#mystery #familydrama"
    assert post.facts["captions"] == ["en", "pt-BR"]
    assert post.facts["thumbnail"] is True
    assert post.facts["localizations"]["pt-BR"]["title"] == "Rua da Lanterna 1"
    assert post.facts["snippet"]["defaultLanguage"] == "en"
    assert post.facts["snippet"]["tags"] == ["mystery", "family drama"]
    assert post.facts["status"]["selfDeclaredMadeForKids"] is False
    assert [position for _, position in post.facts["playlists"]] == [0]
    assert disk.sent == 1000


def test_nothing_is_seen_before_it_is_published(studio, disk, sandbox) -> None:
    channel, release = studio.channel(), studio.release()
    assert isinstance(channel.stage(release, disk.progress("k")), sc.Pending)
    sandbox.clock.advance(60)
    assert channel.stage(release, disk.progress("k")) is None
    (post,) = sandbox.posts()
    assert not post.visible
    assert post.facts["status"]["privacyStatus"] == "private"
    channel.publish(release, disk.progress("k"))
    assert len(studio.visible()) == 1


def test_what_must_be_declared_is(studio, disk, sandbox, until_live) -> None:
    release = studio.release(
        production="ai_generated", made_for_kids=True, terms=Terms(disclosure=("paid_placement",))
    )
    until_live(studio.channel(), release, disk, sandbox.clock.advance)
    facts = studio.visible()[0].facts
    assert facts["status"]["containsSyntheticMedia"] is True
    assert facts["status"]["selfDeclaredMadeForKids"] is True
    assert facts["paidProductPlacementDetails"] == {"hasPaidProductPlacement": True}


def test_opening_changes_nothing_that_somebody_set_by_hand(studio, disk, sandbox, google) -> None:
    channel, release = studio.channel(), studio.release()
    channel.stage(release, disk.progress("k"))
    sandbox.clock.advance(60)
    channel.stage(release, disk.progress("k"))
    body = {"id": disk.saved["video"], "status": {"privacyStatus": "private", "embeddable": False}}
    google.videos().update(part="status", body=body).execute()
    channel.publish(release, disk.progress("k"))
    status = studio.visible()[0].facts["status"]
    assert status["embeddable"] is False
    assert status["privacyStatus"] == "public"


def test_the_session_is_saved_sealed_before_the_first_byte(studio, disk, sandbox) -> None:
    sandbox.faults.add("lost_before", method="PUT")
    with pytest.raises(sc.AnswerLost):
        studio.channel().stage(studio.release(), disk.progress("k"))
    assert "session" in disk.saved
    assert "upload_id" not in str(disk.saved), "the address is a secret"


FAULTS = [("lost_before", {}), ("lost_after", {}), ("partial", {"bytes": 1000})]
"""With a file in several pieces; every kind, with a file in one, is in the conformance kit."""
EXCHANGES = 16
"""insert, 3 pieces, processing, captions, thumbnail, playlists, items, list, update, list."""


@pytest.mark.parametrize("number", range(EXCHANGES))
@pytest.mark.parametrize(("kind", "more"), FAULTS, ids=str)
@pytest.mark.usefixtures("small_pieces")
def test_one_video_whatever_goes_wrong_at_whichever_exchange(
    studio, disk, sandbox, until_live, number, kind, more
) -> None:
    sandbox.faults.add(kind, after=number, **more)
    receipt = until_live(studio.channel(), studio.release(size=SIZE), disk, sandbox.clock.advance)
    assert sandbox.faults.waiting() == [], "the fault did happen"
    (post,) = studio.visible()
    assert len(sandbox.posts()) == 1
    assert receipt.remote_id == post.id
    assert post.facts["size"] == SIZE
    assert post.facts["captions"] == ["en"]
    assert len(post.facts["playlists"]) == 1
    assert len(sandbox.store.all("playlists")) == 1


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.usefixtures("small_pieces")
def test_one_video_wherever_the_power_goes(
    studio, sandbox, lost_power, died, until_live, before
) -> None:
    number = 0
    while True:
        number += 1
        disk = lost_power(dies_at=number, before=before)
        release = studio.release(number, size=SIZE)
        try:
            until_live(studio.channel(), release, disk, sandbox.clock.advance)
        except died:
            receipt = until_live(studio.channel(), release, disk, sandbox.clock.advance)
            assert [x for x in studio.visible() if x.id == receipt.remote_id]
            assert len(sandbox.posts()) == number
            continue
        break
    assert number > 8, "it saved before everything that counts"
    assert len(studio.visible()) == number
    assert len(sandbox.store.all("playlists")) == 1


@pytest.mark.usefixtures("small_pieces")
def test_what_is_sent_is_what_is_missing(studio, sandbox, disk, until_live) -> None:
    sandbox.faults.add("lost_after", method="PUT", after=1)
    until_live(studio.channel(), studio.release(size=SIZE), disk, sandbox.clock.advance)
    ranges = [x["headers"]["content-range"] for x in sandbox.log
              if x["method"] == "PUT" and x["path"].startswith("/upload")]  # fmt: skip
    assert ranges == [
        f"bytes 0-{UNIT - 1}/{SIZE}", f"bytes {UNIT}-{2 * UNIT - 1}/{SIZE}", f"bytes */{SIZE}",
        f"bytes {2 * UNIT}-{SIZE - 1}/{SIZE}",
    ]  # fmt: skip


def test_a_part_that_was_stored_is_not_sent_again(studio, sandbox, disk, until_live) -> None:
    sandbox.faults.add("stores_part", bytes=UNIT + 10)
    until_live(studio.channel(), studio.release(size=SIZE), disk, sandbox.clock.advance)
    assert disk.sent == SIZE + SIZE - UNIT
    assert studio.visible()[0].media.read_bytes() == bytes(SIZE)


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.usefixtures("small_pieces")
def test_a_session_that_is_gone_half_way_begins_afresh(
    studio, sandbox, disk, until_live, status
) -> None:
    sandbox.faults.add("session_gone", status=status, after=1)
    until_live(studio.channel(), studio.release(size=SIZE), disk, sandbox.clock.advance)
    assert len(sandbox.posts()) == 1


def test_a_session_that_is_gone_after_the_last_byte_is_found_in_the_list(
    studio, sandbox, disk, until_live
) -> None:
    sandbox.faults.add("lost_after", method="PUT")
    sandbox.faults.add("session_gone", after=1)
    receipt = until_live(studio.channel(), studio.release(), disk, sandbox.clock.advance)
    assert [post.id for post in sandbox.posts()] == [receipt.remote_id]


@pytest.mark.parametrize("profile", [{"listing_lag_seconds": 10**6}])
def test_a_list_that_does_not_have_it_is_no_proof(studio, sandbox, disk, until_live) -> None:
    sandbox.faults.add("lost_after", method="PUT")
    sandbox.faults.add("session_gone", after=1)
    with pytest.raises(sc.Unknown, match="in YouTube Studio"):
        until_live(studio.channel(), studio.release(), disk, sandbox.clock.advance, 300)
    assert len(sandbox.posts()) == 1


@pytest.mark.parametrize("profile", [{"listing_lag_seconds": 40}])
def test_a_list_that_lags_is_waited_for(studio, sandbox, disk, until_live) -> None:
    until_live(studio.channel(), studio.release(), disk, sandbox.clock.advance)
    assert len(studio.visible()) == 1


@pytest.mark.parametrize(
    ("kind", "reason", "text"),
    [
        ("fail", "codec", "does not know its codec"), ("fail", "invalidFile", "cannot read"),
        ("fail", "conversion", "could not convert"), ("fail", "emptyFile", "is empty"),
        ("fail", "tooSmall", "too small"), ("fail", "uploadAborted", "aborted"),
        ("reject", "copyright", "for copyright"), ("reject", "duplicate", "as a duplicate"),
        ("reject", "inappropriate", "as inappropriate"), ("reject", "claim", "of a claim"),
        ("reject", "termsOfUse", "terms of use"), ("reject", "length", "for its length"),
        ("reject", "trademark", "for a trademark"), ("reject", "legal", "for legal reasons"),
        ("reject", "uploaderAccountSuspended", "is suspended"),
        ("reject", "uploaderAccountClosed", "is closed"), ("fail", "new", "it calls 'new'"),
    ],
)  # fmt: skip
def test_what_youtube_cannot_show_is_said_and_never_opened(
    studio, sandbox, disk, until_live, kind, reason, text
) -> None:
    sandbox.faults.add(kind, reason=reason)
    with pytest.raises(sc.Refused, match=text):
        until_live(studio.channel(), studio.release(), disk, sandbox.clock.advance)
    assert studio.visible() == []
    until_live(studio.channel(), studio.release(), disk, sandbox.clock.advance)
    assert len(studio.visible()) == 1, "a later retry is another upload"


def test_a_project_that_is_locked_to_private_is_said(studio, sandbox, disk, until_live) -> None:
    sandbox.faults.add("locked_private", times=100)
    with pytest.raises(sc.Refused, match="may be locked to private videos"):
        until_live(studio.channel(), studio.release(), disk, sandbox.clock.advance, 200)


@pytest.mark.parametrize("profile", [{"thumbnails": False}])
def test_an_account_without_thumbnails_releases_all_the_same(
    studio, sandbox, disk, until_live
) -> None:
    until_live(studio.channel(), studio.release(), disk, sandbox.clock.advance)
    assert studio.visible()[0].facts["thumbnail"] is False


def test_captions_that_are_there_are_adopted(studio, sandbox, disk, until_live) -> None:
    sandbox.faults.add("status_after", path="captions", status=503, times=3)
    until_live(studio.channel(), studio.release(), disk, sandbox.clock.advance)
    assert studio.visible()[0].facts["captions"] == ["en"]
    assert len(sandbox.store.all("captions")) == 1


# -- playlists --


def siblings(*pairs):
    return tuple(
        sc.Sibling(key=release.key, cut=release.cut, state="live", saved=dict(disk.saved),
                   receipt=receipt)
        for release, disk, receipt in pairs
    )  # fmt: skip


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_a_playlist_is_in_the_order_of_its_episodes(
    studio, sandbox, lost_power, until_live, order
) -> None:
    done = []
    for number in order:
        disk = lost_power()
        release = attrs.evolve(studio.release(number), drop=siblings(*done))
        receipt = until_live(studio.channel(), release, disk, sandbox.clock.advance)
        done.append((release, disk, receipt))
    places = {post.title: post.facts["playlists"][0][1] for post in studio.visible()}
    assert places == {"Lantern Street 1": 0, "Lantern Street 2": 1, "Lantern Street 3": 2}
    assert len(sandbox.store.all("playlists")) == 1


def test_an_earlier_episode_goes_between_two_that_are_there(
    studio, sandbox, lost_power, until_live
) -> None:
    done = []
    for number in (1, 3, 2):
        disk = lost_power()
        release = attrs.evolve(studio.release(number), drop=siblings(*done[:1]))
        done.append((release, disk, until_live(studio.channel(), release, disk,
                                               sandbox.clock.advance)))  # fmt: skip
    places = {post.title[-1]: post.facts["playlists"][0][1] for post in studio.visible()}
    assert places == {"1": 0, "2": 1, "3": 2}


def test_episodes_that_were_staged_side_by_side_are_put_in_order_when_they_are_published(
    studio, sandbox, lost_power, until_live
) -> None:
    staged = []
    for number in (3, 2, 1):
        disk = lost_power()
        release = studio.release(number)  # it knows nothing of the others yet
        while studio.channel().stage(release, disk.progress(str(release.key))) is not None:
            sandbox.clock.advance(60)
        staged.append((release, disk))
    done = []
    for release, disk in reversed(staged):
        informed = attrs.evolve(release, drop=siblings(*done))
        receipt = until_live(studio.channel(), informed, disk, sandbox.clock.advance)
        done.append((release, disk, receipt))
    places = {post.title[-1]: post.facts["playlists"][0][1] for post in studio.visible()}
    assert places == {"1": 0, "2": 1, "3": 2}


def test_a_playlist_that_is_named_is_used(studio, sandbox, disk, until_live, google) -> None:
    body = {"snippet": {"title": "Mine"}}
    mine = google.playlists().insert(part="snippet", body=body).execute()["id"]
    channel = studio.channel(playlists={"lantern": mine})
    until_live(channel, studio.release(), disk, sandbox.clock.advance)
    assert studio.visible()[0].facts["playlists"] == [[mine, 0]]


def test_no_playlist_where_none_is_wanted(studio, sandbox, disk, until_live) -> None:
    until_live(studio.channel(playlist="none"), studio.release(), disk, sandbox.clock.advance)
    assert sandbox.store.all("playlists") == []


# -- afterwards --


@pytest.fixture
def live(studio, sandbox, disk, until_live):
    def make(**options):
        channel, release = studio.channel(**options), studio.release()
        receipt = until_live(channel, release, disk, sandbox.clock.advance)
        return channel, attrs.evolve(release, receipt=receipt)

    return make


def test_words_and_captions_are_corrected_in_place(live, studio, sandbox, lost_power) -> None:
    channel, release = live()
    series = attrs.evolve(
        release.series, localizations=(Localization("en", "Lamp Street", "New words.", ("lamp",)),)
    )
    changed = attrs.evolve(studio.file("new.vtt", b"WEBVTT\n\nnew"), sha256="f" * 64)
    captions = (attrs.evolve(release.cut.captions[0], file=changed),)
    cut = attrs.evolve(release.cut, captions=captions)
    key = release.key._replace(action="update")
    update = attrs.evolve(release, key=key, action=sc.Action.UPDATE, series=series, cut=cut)
    receipt = channel.update(update, lost_power().progress("u"))
    assert receipt.remote_id == release.receipt.remote_id
    (post,) = studio.visible()
    assert (post.title, post.text) == ("Lamp Street 1", "New words.\n\n#lamp")
    assert set(post.facts["localizations"]) == {"pt-BR"}, "what is not ours to say is kept"
    assert [x["text"] for x in sandbox.store.all("captions")] == ["WEBVTT\n\nnew"]


def test_a_correction_never_opens_what_somebody_closed(live, studio, google, lost_power) -> None:
    channel, release = live()
    body = {"id": release.receipt.remote_id, "status": {"privacyStatus": "private"}}
    google.videos().update(part="status", body=body).execute()
    channel.update(attrs.evolve(release, action=sc.Action.UPDATE), lost_power().progress("u"))
    assert studio.visible() == []


def test_a_takedown_makes_it_private(live, studio, sandbox, lost_power) -> None:
    channel, release = live()
    assert channel.withdraw(release, lost_power().progress("w")) == sc.Gone()
    assert studio.visible() == []
    assert len(sandbox.posts()) == 1
    assert channel.withdraw(release, lost_power().progress("w")) == sc.Gone()


def test_a_takedown_deletes_it_where_that_is_wanted(live, sandbox, lost_power) -> None:
    channel, release = live(withdraw="delete")
    assert channel.withdraw(release, lost_power().progress("w")) == sc.Gone()
    assert sandbox.posts() == []
    assert channel.withdraw(release, lost_power().progress("w")) == sc.Gone()


def test_looking_makes_no_writes_and_proves_only_what_it_saw(studio, sandbox, disk) -> None:
    channel, release = studio.channel(), studio.release()
    assert channel.find(release, disk.progress("k")) is None
    channel.stage(release, disk.progress("k"))
    assert channel.find(release, disk.progress("k")) is None
    sandbox.clock.advance(60)
    channel.publish(release, disk.progress("k"))
    writes = disk.writes
    sandbox.log.clear()
    found = channel.find(release, disk.progress("k"))
    assert found.remote_id == sandbox.posts()[0].id
    assert disk.writes == writes
    assert {line["method"] for line in sandbox.log} == {"GET"}


def test_figures_are_told_by_country(live, sandbox) -> None:
    channel, release = live(revenue=True)
    rows = [{"country": "US", "views": 70, "estimatedMinutesWatched": 40, "estimatedRevenue": 1.25},
            {"country": "ZZ", "views": 3}]  # fmt: skip
    wish = {"id": release.receipt.remote_id, "rows": rows}
    assert channel.metrics(release) == [], "no data is not zero"
    httpx.post(f"{sandbox.url}/_sandbox/figures", json=wish).raise_for_status()
    found = {(x.territory, x.metric): x.value for x in channel.metrics(release)}
    assert found[("US", "views")] == 70
    assert found[("US", "minutes_watched")] == 40
    assert found[("US", "revenue")] == 125
    assert {territory for territory, _ in found} == {"US"}


def test_the_account_says_who_it_is(studio) -> None:
    account = studio.channel().check()
    assert account.name == "Sandbox Studio"
    assert "content owner only" in account.notes[0]


def test_costs_are_spent_as_they_are_foretold(studio, sandbox, disk, until_live) -> None:
    channel, release = studio.channel(), studio.release(captions=("en", "pt-BR"))
    until_live(channel, release, disk, sandbox.clock.advance)
    spent = {name: sum(x.get(name, 0) for x in studio.spent) for name in ("uploads", "units")}
    foretold = channel.cost(release)
    assert spent["uploads"] == foretold["uploads"] == 1
    assert foretold["units"] - 10 <= spent["units"] <= foretold["units"] + 60
    assert sandbox.spent_today("units") == spent["units"]


# -- Content ID --

OWNER = {"content_owner": "studio-cms"}


@pytest.fixture
def owned(studio):
    from syndicator_youtube_shorts.sandbox.oauth import channel_id

    return {**OWNER, "content_owner_channel": channel_id("sandbox-studio")}


BRAZIL_AND_MEXICO = sc.Territories.parse(["BR", "MX"])


@pytest.mark.parametrize("profile", [OWNER])
def test_an_owner_s_video_is_claimed_while_private_and_seen_where_it_may(
    studio, sandbox, disk, until_live, owned, lost_power
) -> None:
    channel = studio.channel(**owned)
    release = studio.release(territories=BRAZIL_AND_MEXICO)
    receipt = until_live(channel, release, disk, sandbox.clock.advance)
    (post,) = studio.visible()
    assert post.facts["regions"] == {"allowed": ["BR", "MX"]}
    assert receipt.territories == BRAZIL_AND_MEXICO
    calls = [(line["method"], line["path"]) for line in sandbox.log]
    claimed = calls.index(("POST", "/youtube/partner/v1/claims"))
    opened = calls.index(("PUT", "/youtube/v3/videos"))
    assert claimed < opened
    wider = attrs.evolve(release, action=sc.Action.EXTEND, receipt=receipt,
                         territories=sc.Territories.parse(["US"]))  # fmt: skip
    channel.extend(wider, lost_power().progress("e"))
    assert studio.visible()[0].facts["regions"] == {"allowed": ["BR", "MX", "US"]}
    less = attrs.evolve(release, receipt=receipt, territories=BRAZIL_AND_MEXICO)
    assert channel.withdraw(less, lost_power().progress("w")).territories == BRAZIL_AND_MEXICO
    assert studio.visible()[0].facts["regions"] == {"allowed": ["US"]}
    rest = attrs.evolve(release, receipt=receipt, territories=sc.Territories.parse(["US"]))
    channel.withdraw(rest, lost_power().progress("x"))
    assert studio.visible() == []


@pytest.mark.parametrize("profile", [OWNER])
def test_an_owner_s_video_for_the_world_has_no_restriction(
    studio, sandbox, disk, until_live, owned
) -> None:
    until_live(studio.channel(**owned), studio.release(), disk, sandbox.clock.advance)
    assert studio.visible()[0].facts["regions"] == {}


@pytest.mark.parametrize("profile", [OWNER])
@pytest.mark.parametrize("number", range(12))
@pytest.mark.parametrize("kind", ["lost_before", "lost_after", "garbage_after"])
def test_a_claim_is_made_once_whatever_goes_wrong(
    studio, sandbox, disk, until_live, owned, kind, number
) -> None:
    sandbox.faults.add(kind, after=number)
    release = studio.release(territories=BRAZIL_AND_MEXICO)
    until_live(studio.channel(**owned), release, disk, sandbox.clock.advance)
    assert studio.visible()[0].facts["regions"] == {"allowed": ["BR", "MX"]}
    assert len(sandbox.store.all("claims")) == 1
    assert len(sandbox.posts()) == 1


def test_an_ordinary_channel_refuses_a_limit_it_cannot_keep(studio, disk) -> None:
    release = studio.release(territories=BRAZIL_AND_MEXICO)
    (reason,) = studio.channel().review(release)
    assert reason.code == "territory-limit"
    with pytest.raises(sc.Refused, match="seen everywhere"):
        studio.channel().stage(release, disk.progress("k"))
    assert studio.sandbox.log == []
    assert studio.channel(territory_limit="audience").review(release) == []


def test_what_is_no_short_is_said_before(studio) -> None:
    release = studio.release()
    wide = attrs.evolve(release.cut.media.facts, width=1920, height=1080, seconds=181.0)
    variant = attrs.evolve(release.cut.media, facts=wide)
    release = attrs.evolve(release, cut=attrs.evolve(release.cut, variants=(variant,)))
    assert [x.code for x in studio.channel().review(release)] == ["not-a-short", "not-a-short"]
    assert studio.channel(shorts="any").review(release) == []


@pytest.mark.parametrize("profile", [{"uploads_per_day": 1}])
def test_a_quota_that_is_spent_opens_at_midnight_in_california(
    studio, sandbox, lost_power, until_live
) -> None:
    until_live(studio.channel(), studio.release(), lost_power(), sandbox.clock.advance)
    with pytest.raises(sc.QuotaSpent, match="midnight in California") as spent:
        studio.channel().stage(studio.release(2), lost_power().progress("k"))
    local = spent.value.until.astimezone(ZoneInfo("America/Los_Angeles"))
    assert (local.hour, local.minute) == (0, 0)
    assert "<a" not in spent.value.reason, "the message holds HTML"
