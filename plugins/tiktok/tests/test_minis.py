"""A series as an album: a drop is one version, seen by nobody before it is whole and approved."""

from __future__ import annotations

import json
from importlib.resources import files

import attrs
import jsonschema
import pytest

import syndicator.channel as sc
from syndicator.model.money import Money
from syndicator.model.terms import Terms

DAYS_14 = 14 * 86_400


@pytest.fixture
def drop(studio, lost_power):
    def make(*numbers, **more):
        return ([studio.episode(n, **more) for n in numbers], [lost_power() for _ in numbers])

    return make


@pytest.fixture
def described():
    text = files("syndicator_tiktok").joinpath("minis/description_minis.json").read_text()
    calls = json.loads(text)["calls"]
    return {(about["method"], about["path"]): about for about in calls.values()}


def seen(studio):
    return sorted((post.facts["seq"], post.title) for post in studio.visible())


def test_a_drop_is_one_version_that_passed_the_review(
    studio, sandbox, drop, all_live, described
) -> None:
    channel, (releases, disks) = studio.minis(), drop(1, 2, 3)
    began = sandbox.clock.now()
    receipts = all_live(channel, releases, disks, sandbox.clock.advance, rounds=900)
    assert (sandbox.clock.now() - began).total_seconds() > DAYS_14
    assert seen(studio) == [
        (1, "Lantern Street 1"),
        (2, "Lantern Street 2"),
        (3, "Lantern Street 3"),
    ]
    albums = sandbox.store.all("albums")
    assert len(albums) == 1
    assert len(albums[0]["versions"]) == 1
    assert sorted(x.remote_id for x in receipts) == sorted(x.id for x in studio.visible())
    assert {tuple(x.facts["subtitles"]) for x in studio.visible()} == {("en",)}
    for line in sandbox.log:
        if not line["path"].startswith("/_sandbox"):
            about = described[line["method"], line["path"]]
            jsonschema.validate(line["query"], about["query"])
            if "body" in about:
                jsonschema.validate(line["json"], about["body"])


def test_a_later_drop_is_a_new_version_with_all_that_was_before(
    studio, sandbox, drop, all_live
) -> None:
    channel = studio.minis()
    first, first_disks = drop(1, 2)
    proofs = all_live(channel, first, first_disks, sandbox.clock.advance, rounds=900)
    live = [attrs.evolve(x, receipt=y) for x, y in zip(first, proofs, strict=True)]
    second, second_disks = drop(3, 4)
    earlier = list(zip(live, first_disks, strict=True))
    all_live(channel, second, second_disks, sandbox.clock.advance, earlier, rounds=900)
    assert [number for number, _ in seen(studio)] == [1, 2, 3, 4]
    album = sandbox.store.all("albums")[0]
    assert [len(v["episodes"]) for v in album["versions"]] == [2, 4]
    ids = [{x["seq"]: x["episode_id"] for x in v["episodes"]} for v in album["versions"]]
    assert {n: ids[1][n] for n in (1, 2)} == ids[0], "an episode keeps its id"


@pytest.mark.parametrize("profile", [{"review_seconds": 0}])
def test_who_comes_late_finds_the_version_that_was_made_with_it(
    studio, sandbox, drop, all_live, lost_power
) -> None:
    channel, (releases, disks) = studio.minis(), drop(1, 2)
    proofs = all_live(channel, releases, disks, sandbox.clock.advance)
    led = sc.Sibling(key=releases[0].key, cut=releases[0].cut, state="live",
                     saved=dict(disks[0].saved), receipt=proofs[0])  # fmt: skip
    late = attrs.evolve(releases[1], drop=(led,))
    assert channel.stage(late, lost_power().progress("k")) is None
    assert len(sandbox.store.all("albums")[0]["versions"]) == 1


def test_one_rejected_episode_holds_the_whole_version(studio, sandbox, drop, all_live) -> None:
    sandbox.faults.add("review_reject", seq=2, reason="minors at risk")
    with pytest.raises(sc.Refused, match="episode 2: minors at risk"):
        all_live(studio.minis(), *drop(1, 2, 3), sandbox.clock.advance, rounds=900)
    assert studio.visible() == []


def test_nothing_is_submitted_while_one_episode_is_missing(studio, sandbox, drop) -> None:
    channel, (releases, disks) = studio.minis(), drop(1, 2)
    sibling = sc.Sibling(key=releases[1].key, cut=releases[1].cut, state="planned", saved={})
    leads = attrs.evolve(releases[0], drop=(sibling,))
    for _ in range(5):
        channel.stage(leads, disks[0].progress("k"))
        sandbox.clock.advance(60)
    assert sandbox.store.all("albums") == []


def test_english_subtitles_are_asked_for_before_anything_is_sent(studio, sandbox) -> None:
    release = studio.episode(english=False)
    codes = [reason.code for reason in studio.minis().review(release)]
    assert codes == ["no-english-captions"]
    assert sandbox.log == []


def test_what_a_release_needs_is_said_before(studio) -> None:
    channel = studio.minis(tags={})
    assert [x.code for x in channel.review(studio.episode())] == ["no-tags"]
    bare = studio.episode()
    bare = attrs.evolve(bare, cut=attrs.evolve(bare.cut, posters=()))
    assert [x.code for x in studio.minis().review(bare)] == ["no-poster"]


def test_the_price_list_tells_the_mini_app_what_costs_what(studio, sandbox, drop, all_live) -> None:
    terms = Terms(model="unlock", free_episodes=1, unlock_price=Money(50, "USD"), discount=20)
    channel = studio.minis(price_list="prices.json")
    all_live(channel, *drop(1, 2, terms=terms), sandbox.clock.advance, rounds=900)
    lines = json.loads((studio.folder / "prices.json").read_text())["series"]["lantern"]
    free, paid = lines["episodes"]
    assert free["access"] == "free"
    assert (paid["access"], paid["beans"], paid["discounted_beans"]) == ("beans", 50, 40)
    assert paid["episode_id"] in {x.id.partition("/")[2] for x in studio.visible()}


def test_terms_without_a_price_list_or_a_rate_are_refused_early(studio) -> None:
    terms = Terms(model="unlock", unlock_price=Money(50, "EUR"))
    found = [x.code for x in studio.minis().review(studio.episode(terms=terms))]
    assert found == ["no-price-list", "no-rate"]


def test_other_mini_apps_may_play_it(studio, sandbox, drop, all_live) -> None:
    channel = studio.minis(authorize=["other-key"])
    all_live(channel, *drop(1), sandbox.clock.advance, rounds=900)
    assert studio.visible()[0].facts["authorized"] == ["other-key"]


@pytest.mark.parametrize("profile", [{"album_lag_seconds": 12}])
def test_an_album_that_is_not_told_of_yet_is_waited_for(studio, sandbox, drop, all_live) -> None:
    all_live(studio.minis(), *drop(1, 2), sandbox.clock.advance, rounds=900)
    assert len(sandbox.store.all("albums")) == 1


@pytest.mark.parametrize("profile", [{"review_seconds": 3600}])
@pytest.mark.parametrize("number", range(22))
@pytest.mark.parametrize(
    ("kind", "more"),
    [("lost_after", {}), ("status", {"status": 429})],  # of one episode: the conformance kit
    ids=str,
)  # fmt: skip
def test_one_version_whatever_goes_wrong_at_whichever_exchange(
    studio, sandbox, drop, all_live, number, kind, more
) -> None:
    sandbox.faults.add(kind, after=number, path="^/v2", **more)
    try:
        all_live(studio.minis(), *drop(1, 2), sandbox.clock.advance, rounds=200)
    except sc.RateLimited:
        assert kind == "status"
        return
    assert sandbox.faults.waiting() == [], "the fault did happen"
    assert [n for n, _ in seen(studio)] == [1, 2]
    albums = [x for x in sandbox.store.all("albums") if x["versions"]]
    assert len(albums) == 1
    assert len(albums[0]["versions"]) == 1


@pytest.mark.parametrize("profile", [{"review_seconds": 3600}])
@pytest.mark.parametrize("before", [True, False])
def test_one_version_wherever_the_power_goes(
    studio, sandbox, lost_power, died, all_live, before
) -> None:
    number = 0
    while True:
        number += 1
        disk = lost_power(dies_at=number, before=before)
        release = studio.episode(1)
        channel = studio.minis(public_url=f"{sandbox.url}/_sandbox/media/")
        for name in ("albums", "tasks"):
            for id_, _ in sandbox.store.items(name):
                sandbox.store.delete(name, id_)
        index = studio.folder / ".syndicator" / "tiktok_minis" / "minis-us.json"
        index.unlink(missing_ok=True)
        try:
            all_live(channel, [release], [disk], sandbox.clock.advance, rounds=200)
        except died:
            all_live(channel, [release], [disk], sandbox.clock.advance, rounds=200)
            assert [n for n, _ in seen(studio)] == [1]
            assert len([x for x in sandbox.store.all("albums") if x["versions"]]) == 1
            continue
        break
    assert number > 6, "it saved before everything that counts"


# -- afterwards --


@pytest.fixture
def live(studio, sandbox, drop, all_live):
    def make(*numbers, **options):
        channel, (releases, disks) = studio.minis(**options), drop(*numbers)
        proofs = all_live(channel, releases, disks, sandbox.clock.advance, rounds=900)
        return channel, [attrs.evolve(x, receipt=y) for x, y in zip(releases, proofs, strict=True)]

    return make


def again(act, release, disk, advance, rounds=900):
    for _ in range(rounds):
        answer = act(release, disk.progress("w"))
        if not isinstance(answer, sc.Pending):
            return answer
        advance(answer.after)
    raise AssertionError("it came to no end")


def test_the_last_episode_off_delists_the_album_at_once(live, studio, sandbox, lost_power) -> None:
    channel, (one,) = live(1)
    assert again(channel.withdraw, one, lost_power(), sandbox.clock.advance, 3) == sc.Gone()
    assert studio.visible() == []
    assert sandbox.store.all("albums")[0]["listed"] is False


def test_one_episode_off_is_a_version_without_it(live, studio, sandbox, lost_power) -> None:
    channel, (one, two) = live(1, 2)
    leaves = attrs.evolve(
        one,
        drop=(sc.Sibling(key=two.key, cut=two.cut, state="live", saved={}, receipt=two.receipt),),
    )
    assert again(channel.withdraw, leaves, lost_power(), sandbox.clock.advance) == sc.Gone()
    assert [n for n, _ in seen(studio)] == [2]


def test_looking_makes_no_writes(live, studio, sandbox, lost_power) -> None:
    channel, (one,) = live(1)
    sandbox.log.clear()
    assert channel.find(one, lost_power().progress("f")).remote_id == studio.visible()[0].id
    assert {line["method"] for line in sandbox.log} == {"GET"}


def test_the_account_is_the_app(studio) -> None:
    account = studio.minis().check()
    assert account.name == "sandbox-key"
    assert "pilot" in account.notes[1]


@pytest.mark.parametrize("profile", [{"minis_closed": True}])
def test_an_app_that_is_not_admitted_is_told_what_it_needs(studio) -> None:
    with pytest.raises(sc.SignInAgain, match="short-drama qualification"):
        studio.minis().check()


def test_a_video_that_cannot_be_taken_in_is_said(studio, sandbox, drop, all_live) -> None:
    sandbox.faults.add("video_fails", reason="moov atom not found")
    with pytest.raises(sc.Refused, match=r"could not take in.*moov atom not found"):
        all_live(studio.minis(), *drop(1), sandbox.clock.advance)


def test_urgent_reviews_are_a_quota(studio) -> None:
    tuned = type(studio.minis()).tuned({"priority": "urgent", "organization": "studio"})
    (quota,) = tuned.quotas
    assert (quota.amount, quota.shared_by) == (35, "organization")
    assert tuned.lead.days == 5
    assert type(studio.minis()).capabilities.lead.days == 21


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        ("access_token_invalid", sc.SignInAgain, "does not accept the app's token"),
        ("scope_not_authorized", sc.SignInAgain, "short-drama qualification"),
        ("scope_permission_missed", sc.SignInAgain, "a place in the pilot"),
        ("invalid_params", sc.Refused, "does not accept the request"),
        ("invalid_param", sc.Refused, "does not accept the request"),
        ("invalid_file_upload", sc.Refused, "does not accept the file"),
        ("rate_limit_exceeded", sc.RateLimited, "asked too often"),
        ("internal_error", sc.AnswerLost, "a fault of its own"),
        ("22001", sc.Retry, "does not know the album"),
        ("40001000", sc.Refused, "which it has not documented"),
    ],
)
def test_a_code_of_the_first_call(studio, disk, sandbox, code, kind, text) -> None:
    sandbox.faults.add("error", call="image", code=code)
    with pytest.raises(kind, match=text):
        studio.minis().stage(studio.episode(), disk.progress("k"))
