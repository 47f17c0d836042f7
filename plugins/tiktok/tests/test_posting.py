"""The life of a post against the sandbox: one post, whatever goes wrong on the way."""

from __future__ import annotations

import attrs
import httpx
import pytest
from syndicator_tiktok.posting import chunks

import syndicator.channel as sc
from syndicator.model.terms import Terms

SIZE = 16_000_000
"""Three chunks, with the plan's bounds made small."""

EXCHANGES = 6
"""creator_info, init, three chunks, status."""


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "WHOLE_MAX", 5_000_000)
    monkeypatch.setattr(chunks, "CHUNK", 5_242_880)


def test_a_post_is_made_and_proven(studio, disk, sandbox, until_live, fits) -> None:
    channel, release = studio.channel(), studio.release()
    receipt = until_live(channel, release, disk, sandbox.clock.advance)
    (post,) = studio.visible()
    assert receipt.remote_id == post.id
    assert int(receipt.remote_id) > 2**53
    assert receipt.url == f"https://www.tiktok.com/@sandbox-studio/video/{post.id}"
    assert post.title == (
        "Lantern Street 1\n\nEvery night someone lights a lantern.\n\n#mystery #familydrama"
    )
    assert post.facts["disable_comment"] is True
    assert post.facts["brand_content_toggle"] is False
    assert post.facts["is_aigc"] is False
    assert post.media.stat().st_size == 1000
    assert disk.sent == 1000
    for line in sandbox.log:
        fits(line)


def test_what_the_series_and_its_terms_say_is_told(studio, disk, sandbox, until_live) -> None:
    channel = studio.channel(allow=["comment", "duet"], cover_ms=1500)
    terms = Terms(disclosure=("branded_content", "own_brand"))
    release = studio.release(production="ai_generated", terms=terms)
    until_live(channel, release, disk, sandbox.clock.advance)
    (post,) = studio.visible()
    said = {name: post.facts[name] for name in post.facts if name.startswith(("dis", "br", "is_"))}
    assert said == {
        "disable_comment": False, "disable_duet": False, "disable_stitch": True,
        "brand_content_toggle": True, "brand_organic_toggle": True, "is_aigc": True,
    }  # fmt: skip
    assert post.facts["video_cover_timestamp_ms"] == 1500


@pytest.mark.parametrize("profile", [{"comment_disabled": True}])
def test_what_the_creator_has_switched_off_stays_off(studio, disk, sandbox, until_live) -> None:
    channel = studio.channel(allow=["comment"])
    until_live(channel, studio.release(), disk, sandbox.clock.advance)
    assert studio.visible()[0].facts["disable_comment"] is True


@pytest.mark.parametrize("profile", [{"privacy": "private"}])
def test_a_privacy_level_that_is_not_offered_is_never_changed_silently(studio, disk) -> None:
    with pytest.raises(sc.Refused, match=r"offers FOLLOWER_OF_CREATOR.*asks for PUBLIC") as refused:
        studio.channel().publish(studio.release(), disk.progress("k"))
    assert refused.value.field == "privacy_level"
    assert studio.sandbox.posts() == []


@pytest.mark.parametrize("profile", [{"max_seconds": 59}])
def test_a_video_too_long_for_this_creator_is_refused(studio, disk) -> None:
    with pytest.raises(sc.Refused, match=r"60\.0 s; TikTok takes up to 59 s of this creator"):
        studio.channel().publish(studio.release(), disk.progress("k"))


def test_a_private_post_is_live_without_an_id(studio, disk, sandbox, until_live) -> None:
    channel = studio.channel(privacy_level="SELF_ONLY", audited=None)
    receipt = until_live(channel, studio.release(), disk, sandbox.clock.advance)
    assert receipt.remote_id.startswith("v_pub_file~")
    assert receipt.url == "https://www.tiktok.com/@sandbox-studio"


def test_moderation_that_takes_hours_is_waited_for(studio, disk, sandbox, until_live) -> None:
    sandbox.faults.add("moderation", seconds=5 * 3600)
    began = sandbox.clock.now()
    receipt = until_live(studio.channel(), studio.release(), disk, sandbox.clock.advance, 80)
    assert receipt.remote_id.isdigit()
    assert (sandbox.clock.now() - began).total_seconds() > 5 * 3600


def test_moderation_without_end_is_live_without_an_address(
    studio, disk, sandbox, until_live
) -> None:
    sandbox.faults.add("moderation", seconds=10**8)
    channel = studio.channel(moderation_hours=1)
    receipt = until_live(channel, studio.release(), disk, sandbox.clock.advance, 80)
    assert receipt.remote_id.startswith("v_pub_file~")


def test_a_draft_waits_for_a_person_and_is_live_when_it_was_posted(
    studio, disk, sandbox, until_live, fits
) -> None:
    channel = studio.channel(mode="inbox", privacy_level=None)
    release = studio.release(production="ai_generated", terms=Terms(disclosure=("own_brand",)))
    release = attrs.evolve(release, terms=Terms())
    progress = disk.progress("k")
    assert isinstance(channel.publish(release, progress), sc.Pending)
    sandbox.clock.advance(10)
    pending = channel.poll(release, progress)
    assert isinstance(pending, sc.Pending)
    assert "Lantern Street 1" in pending.task.text
    assert "AI-generated" in pending.task.text
    assert studio.visible() == []
    httpx.post(
        f"{sandbox.url}/_sandbox/finish", json={"publish_id": disk.saved["publish_id"]}
    ).raise_for_status()
    sandbox.clock.advance(60)
    assert channel.poll(release, progress).remote_id == studio.visible()[0].id
    for line in sandbox.log:
        if not line["path"].startswith("/_sandbox"):
            fits(line)


def test_drafts_have_a_cap_that_is_said(studio, sandbox, lost_power) -> None:
    channel = studio.channel(mode="inbox", privacy_level=None)
    for number in range(1, 6):
        sandbox.clock.advance(30)
        channel.publish(studio.release(number), lost_power().progress(f"k{number}"))
    sandbox.clock.advance(60)
    with pytest.raises(sc.QuotaSpent, match="5 drafts wait") as spent:
        channel.publish(studio.release(6), lost_power().progress("k6"))
    assert (spent.value.until - sandbox.clock.now()).total_seconds() > 86_000


@pytest.mark.parametrize("profile", [{"verified_prefixes": ["http://127.0.0.1:"]}])
def test_tiktok_can_fetch_the_file_itself(studio, disk, sandbox, until_live, fetched, fits) -> None:
    (sandbox.media / "origin.mp4").write_bytes(b"x" * 500)
    release = studio.release()
    file = attrs.evolve(release.cut.media.file, path="origin.mp4")
    variant = attrs.evolve(release.cut.media, file=file)
    release = attrs.evolve(release, cut=attrs.evolve(release.cut, variants=(variant,)))
    channel = studio.channel(source="pull", public_url=f"{sandbox.url}/_sandbox/media/")
    progress = disk.progress("k")
    channel.publish(release, progress)
    fetched(sandbox)
    receipt = until_live(channel, release, disk, sandbox.clock.advance)
    assert receipt.remote_id == studio.visible()[0].id
    assert studio.visible()[0].facts["size"] == 500
    init = next(line for line in sandbox.log if line["path"].endswith("/video/init/"))
    fits(init)


@pytest.mark.parametrize("profile", [{"verified_prefixes": ["http://127.0.0.1:"]}])
@pytest.mark.parametrize("kind", ["lost_after", "lost_before"])
def test_a_pull_that_may_have_begun_is_never_begun_again(studio, disk, sandbox, kind) -> None:
    channel = studio.channel(source="pull", public_url=f"{sandbox.url}/_sandbox/media/")
    release = studio.release()
    sandbox.faults.add(kind, path="video/init")
    with pytest.raises(sc.AnswerLost):
        channel.publish(release, disk.progress("k"))
    with pytest.raises(sc.Unknown):
        channel.publish(release, disk.progress("k"))
    inits = [line for line in sandbox.log if line["path"].endswith("/video/init/")]
    assert len(inits) == 1


FAULTS = [("lost_before", {}), ("lost_after", {}), ("partial", {"bytes": 1000})]
"""With a file in several pieces; every kind, with a file in one, is in the conformance kit."""


@pytest.mark.parametrize("number", range(EXCHANGES))
@pytest.mark.parametrize(("kind", "more"), FAULTS, ids=str)
@pytest.mark.usefixtures("small_chunks")
def test_one_post_whatever_goes_wrong_at_whichever_exchange(
    studio, disk, sandbox, until_live, number, kind, more
) -> None:
    sandbox.faults.add(kind, after=number, **more)
    receipt = until_live(studio.channel(), studio.release(size=SIZE), disk, sandbox.clock.advance)
    assert sandbox.faults.waiting() == [], "the fault did happen"
    (post,) = studio.visible()
    assert receipt.remote_id == post.id
    assert post.facts["size"] == SIZE


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.usefixtures("small_chunks")
def test_one_post_wherever_the_power_goes(
    tmp_path, studio, sandbox, lost_power, died, until_live, before
) -> None:
    number = 0
    while True:
        number += 1
        disk = lost_power(dies_at=number, before=before)
        release = studio.release(number, size=SIZE)
        sandbox.clock.advance(90_000)
        try:
            until_live(studio.channel(), release, disk, sandbox.clock.advance)
        except died:
            receipt = until_live(studio.channel(), release, disk, sandbox.clock.advance)
            assert [x for x in studio.visible() if x.id == receipt.remote_id]
            assert len(studio.visible()) == number
            continue
        break
    assert number > 7, "it saved before everything that counts"
    assert len(studio.visible()) == number


@pytest.mark.usefixtures("small_chunks")
def test_what_is_sent_again_is_what_was_not_stored(studio, sandbox, disk, until_live) -> None:
    sandbox.faults.add("lost_after", path="^/upload/", after=1)
    until_live(studio.channel(), studio.release(size=SIZE), disk, sandbox.clock.advance)
    ranges = [line["headers"]["content-range"] for line in sandbox.log if line["method"] == "PUT"]
    assert ranges == [
        "bytes 0-5242879/16000000",
        "bytes 5242880-10485759/16000000",
        "bytes 10485760-15999999/16000000",
    ]


@pytest.mark.usefixtures("small_chunks")
def test_an_upload_that_expired_half_way_begins_afresh(studio, sandbox, disk, until_live) -> None:
    sandbox.faults.add("lost_before", path="^/upload/", after=1)
    channel, release = studio.channel(), studio.release(size=SIZE)
    with pytest.raises(sc.AnswerLost):
        channel.publish(release, disk.progress("k"))
    sandbox.clock.advance(4000)
    until_live(channel, release, disk, sandbox.clock.advance)
    assert len(studio.visible()) == 1


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("number", range(3))
def test_an_address_that_dies_under_way_makes_no_second_post(
    studio, sandbox, disk, until_live, number
) -> None:
    sandbox.faults.add("url_expired")
    sandbox.faults.add("url_expired", after=number)
    until_live(studio.channel(), studio.release(size=SIZE), disk, sandbox.clock.advance)
    assert len(studio.visible()) == 1


@pytest.mark.parametrize("reason", ["internal", "video_pull_failed"])
def test_a_failure_of_theirs_begins_afresh_a_few_times(
    studio, sandbox, disk, until_live, reason
) -> None:
    sandbox.faults.add("reject", reason=reason, times=2)
    until_live(studio.channel(), studio.release(), disk, sandbox.clock.advance)
    assert len(studio.visible()) == 1
    sandbox.faults.add("reject", reason=reason, times=9)
    disk.saved = {}
    with pytest.raises(sc.Refused, match="it has failed 5 times"):
        until_live(studio.channel(), studio.release(2), disk, sandbox.clock.advance)


def test_a_failure_of_ours_is_final_and_a_later_retry_begins_afresh(
    studio, sandbox, disk, until_live
) -> None:
    sandbox.faults.add("reject", reason="spam_risk_text")
    with pytest.raises(sc.Refused, match="a person must edit it") as refused:
        until_live(studio.channel(), studio.release(), disk, sandbox.clock.advance)
    assert refused.value.field == "title"
    assert "publish_id" not in disk.saved
    until_live(studio.channel(), studio.release(), disk, sandbox.clock.advance)
    assert len(studio.visible()) == 1


def test_answers_to_init_that_never_come_end_in_a_pause(studio, sandbox, disk) -> None:
    sandbox.faults.add("lost_before", path="video/init", times=9)
    channel, release = studio.channel(), studio.release()
    for _ in range(3):
        with pytest.raises(sc.AnswerLost):
            channel.publish(release, disk.progress("k"))
    with pytest.raises(sc.Retry) as paused:
        channel.publish(release, disk.progress("k"))
    assert paused.value.after == 3600


def test_another_account_s_upload_is_for_a_person(studio, sandbox, disk) -> None:
    channel, release = studio.channel(), studio.release()
    channel.publish(release, disk.progress("k"))
    studio.tokens = sandbox.grant(account="somebody-else")
    with pytest.raises(sc.Unknown, match="another account or app"):
        studio.channel().poll(release, disk.progress("k"))


def test_an_upload_that_tiktok_forgot_is_for_a_person(studio, sandbox, disk) -> None:
    channel, release = studio.channel(), studio.release()
    channel.publish(release, disk.progress("k"))
    sandbox.store.delete("tasks", disk.saved["publish_id"])
    with pytest.raises(sc.Unknown, match="does not know this upload any more"):
        channel.poll(release, disk.progress("k"))


def test_looking_makes_no_writes_and_proves_only_what_it_saw(
    studio, sandbox, disk, until_live
) -> None:
    channel, release = studio.channel(), studio.release()
    assert channel.find(release, disk.progress("k")) is None
    channel.publish(release, disk.progress("k"))
    writes = disk.writes
    assert channel.find(release, disk.progress("k")) is None
    sandbox.clock.advance(60)
    found = channel.find(release, disk.progress("k"))
    assert found.remote_id == studio.visible()[0].id
    assert disk.writes == writes


def test_the_account_says_whom_and_what_it_may(studio) -> None:
    account = studio.channel(audited=None).check()
    assert account.name == "Sandbox Studio (@sandbox-studio)"
    assert any("not audited" in note for note in account.notes)
    drafts = studio.channel(mode="inbox", privacy_level=None).check()
    assert "a person finishes" in drafts.notes[0]


def test_figures_are_totals_of_public_posts(studio, sandbox, disk, until_live, fits) -> None:
    channel, release = studio.channel(), studio.release()
    receipt = until_live(channel, release, disk, sandbox.clock.advance)
    wish = {"id": receipt.remote_id, "view_count": 1200, "like_count": 30}
    httpx.post(f"{sandbox.url}/_sandbox/figures", json=wish).raise_for_status()
    sandbox.log.clear()
    found = {x.metric: x.value for x in channel.metrics(attrs.evolve(release, receipt=receipt))}
    assert found == {"views": 1200, "likes": 30, "comments": 0, "shares": 0}
    fits(sandbox.log[0])
    private = attrs.evolve(release, receipt=sc.Receipt(remote_id="v_pub_file~v2-1.1"))
    assert channel.metrics(private) == []


def test_what_no_program_can_do_is_a_task_with_the_address(studio) -> None:
    channel = studio.channel()
    release = attrs.evolve(studio.release(), receipt=sc.Receipt(remote_id="1", url="https://t/1"))
    assert channel.by_hand("withdraw", release).url == "https://t/1"
    assert "Lantern Street 1" in channel.by_hand("update", release).text
    assert not channel.can("withdraw")
    assert not channel.can("update")
    assert channel.does("withdraw")
