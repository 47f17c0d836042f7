import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
import jsonschema
import pytest
from syndicator_standalone_app import catalogue
from syndicator_standalone_app.channel import OPTIONS, StandaloneApp
from syndicator_standalone_app.store import UNFINISHED

from syndicator.channel import Action, Pending, Refused, Retry, Stopped, Territories
from syndicator.model.money import Money
from syndicator.model.terms import Terms
from syndicator.model.work import Companion, CutKind, Localization

SCHEMAS = Path(__file__).parents[3] / "schemas"
UNLOCK = Terms(model="unlock", free_episodes=3, unlock_price=Money(99, "BRL"))


class App(StandaloneApp):
    """The channel with a clock that stands where it is put."""

    at = datetime(2026, 12, 2, tzinfo=UTC)

    def now(self):
        return self.at


def open_app(options):
    return App(
        {"base_url": "https://app.example.com", "name": "Drama", **options}, None, account="app"
    )


@pytest.fixture
def app(target, desk):
    target["workspace"] = desk.folder
    return open_app(target)


@pytest.fixture
def folder_app(desk):
    return open_app({"target": "app", "workspace": desk.folder})


def load(app, path):
    return json.loads(app.store.read(path))


def series_in(app, territory, language="en", series="lantern"):
    """Read as a viewer does: from the root down."""
    pages = load(app, "catalog.json")["territories"].get(territory)
    if pages is None:
        return None
    for line in load(app, pages[language])["series"]:
        if line["id"] == series:
            return load(app, line["document"])
    return None


def cuts_in(app, territory, **options):
    document = series_in(app, territory, **options)
    return [cut["id"] for cut in document["cuts"]] if document else []


def validate(app):
    """Check every document that the catalogue leads to against its schema."""
    schemas = {
        name: jsonschema.Draft202012Validator(
            json.loads((SCHEMAS / f"app-{name}.json").read_text())
        )
        for name in ("catalog", "territory", "series")
    }
    root = load(app, "catalog.json")
    schemas["catalog"].validate(root)
    for pages in root["territories"].values():
        for page in pages.values():
            territory = load(app, page)
            schemas["territory"].validate(territory)
            for line in territory["series"]:
                schemas["series"].validate(load(app, line["document"]))


def test_a_published_cut_is_seen_where_it_was_asked_for(app, desk):
    receipt = app.publish(desk.release(), desk.progress())
    assert receipt.remote_id == "lantern/ep001"
    assert receipt.url == "https://app.example.com/#/s/lantern/ep001"
    assert receipt.territories == Territories.parse(["BR", "ID"])
    assert cuts_in(app, "BR") == ["ep001"]
    assert series_in(app, "US") is None
    validate(app)


def test_staged_bytes_are_visible_to_nobody(app, desk):
    release = desk.release()
    app.stage(release, desk.progress())
    assert app.store.read("catalog.json") is None
    assert any(each.path.endswith("done.json") for each in app.store.files("media/"))
    assert app.find(release, desk.progress()) is None


def test_opening_what_was_staged_needs_none_of_its_files(app, desk):
    release = desk.release()
    app.stage(release, desk.progress())
    for each in (desk.folder / "catalog").rglob("*.*"):
        each.unlink()
    assert app.publish(release, desk.progress()).territories == release.territories


def test_everything_a_document_names_is_there(app, desk):
    app.publish(desk.release(), desk.progress())
    document = series_in(app, "BR", "pt-BR")
    (cut,) = document["cuts"]
    folder = cut["hls"].rsplit("/", maxsplit=1)[0]
    master = app.store.read(cut["hls"]).decode()
    assert "RESOLUTION=270x480" in master
    assert 'LANGUAGE="pt-BR"' in master
    assert 'NAME="português (Brasil)"' in master
    captions = app.store.read(f"{folder}/captions/pt-BR.m3u8").decode()
    assert "pt-BR-00000.vtt" in captions
    assert app.store.has(f"{folder}/captions/pt-BR-00000.vtt")
    assert "Olá, 1" in app.store.read(cut["captions"][0]["src"]).decode()
    assert cut["captions"][0]["label"] == "português (Brasil)"
    for line in app.store.read(f"{folder}/video.m3u8").decode().splitlines():
        if line and not line.startswith("#"):
            assert app.store.has(f"{folder}/{line}")
    assert set(document["posters"]) == {"180", "360"}
    assert all(app.store.has(path) for path in document["posters"].values())


def test_words_follow_the_language_that_was_asked_for(folder_app, desk):
    folder_app.publish(desk.release(), desk.progress())
    assert series_in(folder_app, "BR", "pt-BR")["title"] == "O lantern"
    assert series_in(folder_app, "BR", "en")["title"] == "The lantern"
    assert set(load(folder_app, "catalog.json")["languages"]) == {"en", "pt-BR"}


def test_a_series_without_words_in_a_language_is_shown_in_its_own(folder_app, desk):
    folder_app.publish(desk.release(), desk.progress())
    words = desk.series("heir").localizations[:1]
    heir = desk.series("heir", localizations=words, original_language="en")
    folder_app.publish(desk.release(series=heir, series_id="heir"), desk.progress())
    assert series_in(folder_app, "BR", "pt-BR", "heir")["title"] == "The heir"
    assert series_in(folder_app, "BR", "pt-BR", "heir")["language"] == "en"


def test_a_new_language_comes_to_every_series(folder_app, desk):
    folder_app.publish(desk.release(), desk.progress())
    words = (Localization("id", "Pewaris"),)
    heir = desk.series("heir", localizations=words, original_language="id")
    folder_app.publish(desk.release(series=heir, territories="BR"), desk.progress())
    assert series_in(folder_app, "ID", "id")["title"] == "The lantern"
    assert series_in(folder_app, "BR", "id", "heir")["title"] == "Pewaris"
    validate(folder_app)


def test_publishing_again_changes_nothing(app, desk):
    release = desk.release()
    app.publish(release, desk.progress())
    before = {each.path: each.modified_at for each in app.store.files("")} | {
        "root": app.store.read("catalog.json")
    }
    app.at += timedelta(hours=1)
    app.publish(release, desk.progress())
    after = {each.path: each.modified_at for each in app.store.files("")} | {
        "root": app.store.read("catalog.json")
    }
    assert after == before


def test_a_later_wave_extends_without_another_upload(app, desk):
    app.publish(desk.release(), desk.progress())
    media = {each.path: each.modified_at for each in app.store.files("media/")}
    (desk.folder / "catalog/lantern/ep001.mp4").unlink()
    later = desk.release(territories="US", action="extend", cut=desk.release().cut)
    receipt = app.extend(later, desk.progress())
    assert receipt.territories == Territories.parse(["BR", "ID", "US"])
    assert {each.path: each.modified_at for each in app.store.files("media/")} == media
    assert cuts_in(app, "US") == ["ep001"]


def test_withdrawing_in_some_territories_leaves_the_others(app, desk):
    app.publish(desk.release(), desk.progress())
    gone = app.withdraw(desk.release(territories="BR", action="withdraw"), desk.progress())
    assert gone.territories == Territories.parse(["BR"])
    assert series_in(app, "BR") is None
    assert cuts_in(app, "ID") == ["ep001"]


def test_withdrawing_everywhere_takes_media_and_entry_off(app, desk):
    app.publish(desk.release(1), desk.progress())
    app.publish(desk.release(2), desk.progress())
    for _ in range(2):
        app.withdraw(desk.release(1, action="withdraw"), desk.progress())
        assert cuts_in(app, "BR") == ["ep002"]
        assert list(app.store.files("media/lantern/ep001/")) == []
        assert app.store.read(".entries/lantern/ep001.json") is None
    assert series_in(app, "BR")["posters"] != {}
    assert all(app.store.has(path) for path in series_in(app, "BR")["posters"].values())
    app.withdraw(desk.release(2, action="withdraw"), desk.progress())
    assert load(app, "catalog.json")["territories"] == {}
    assert list(app.store.files("posters/")) == []
    validate(app)


def test_what_was_withdrawn_can_be_published_again(app, desk):
    app.publish(desk.release(), desk.progress())
    app.withdraw(desk.release(action="withdraw"), desk.progress())
    app.publish(desk.release(), desk.progress())
    assert app.store.has(series_in(app, "BR")["cuts"][0]["hls"])
    assert all(app.store.has(path) for path in series_in(app, "BR")["posters"].values())


def test_an_update_shows_new_captions_and_keeps_the_opening(folder_app, desk):
    app = folder_app
    app.publish(desk.release(), desk.progress())
    old = series_in(app, "BR")["cuts"][0]
    text = b"WEBVTT\n\n00:00.000 --> 00:01.000\nmended\n"
    captions = Companion(file=desk.file("catalog/lantern/new.vtt", text), language="pt-BR")
    cut = attrs.evolve(desk.release().cut, captions=(captions,))
    update = desk.release(action="update", cut=cut, at=datetime(2026, 12, 9, tzinfo=UTC))
    app.update(update, desk.progress())
    new = series_in(app, "BR")["cuts"][0]
    assert "mended" in app.store.read(new["captions"][0]["src"]).decode()
    assert new["opens_at"] == old["opens_at"] == "2026-12-01T23:00:00Z"
    assert app.store.has(old["hls"]), "somebody may be watching it"


def test_what_was_replaced_goes_after_the_grace_time(folder_app, desk):
    app = folder_app
    app.publish(desk.release(), desk.progress())
    old = series_in(app, "BR")["cuts"][0]["hls"]
    app.update(
        desk.release(action="update", cut=attrs.evolve(desk.release().cut, captions=())),
        desk.progress(),
    )
    new = series_in(app, "BR")["cuts"][0]["hls"]
    documents = {each.path for each in app.store.files("catalog/")}
    real = app.store.root.stat().st_mtime
    catalogue.sweep(app.store, datetime.fromtimestamp(real, UTC) + timedelta(hours=1))
    assert app.store.has(old)
    assert {each.path for each in app.store.files("catalog/")} == documents
    for each in (path for path in app.store.root.rglob("*") if path.is_file()):
        os.utime(each, (real - 3 * 86_400, real - 3 * 86_400))
    catalogue.sweep(app.store, datetime.fromtimestamp(real, UTC) + timedelta(days=3))
    assert not app.store.has(old)
    assert app.store.has(new)
    assert {each.path for each in app.store.files("catalog/")} < documents
    assert cuts_in(app, "BR") == ["ep001"]


def test_a_clock_that_is_ahead_takes_nothing_from_under_another_process(folder_app, desk):
    """How old something is, the disk's clock says, not ours: what is new is being written."""
    app = folder_app
    app.publish(desk.release(), desk.progress())
    hls = series_in(app, "BR")["cuts"][0]["hls"]
    unfinished = app.store.root / "catalog" / f"{UNFINISHED}of-another"
    unfinished.write_text("{")
    documents = {each.path for each in app.store.files("catalog/")}
    catalogue.sweep(app.store, datetime(2100, 1, 1, tzinfo=UTC))
    assert unfinished.exists()
    assert app.store.has(hls)
    assert {each.path for each in app.store.files("catalog/")} == documents


def test_locked_episodes_carry_no_media_and_none_is_uploaded(app, desk):
    for number in (3, 4):
        app.publish(desk.release(number, terms=UNLOCK), desk.progress())
    preview, locked = series_in(app, "BR")["cuts"]
    assert (preview["access"], locked["access"]) == ("preview", "locked")
    assert preview["hls"]
    assert locked["hls"] is None
    assert locked["captions"] == []
    assert locked["terms"]["unlock_price"] == {"minor": 99, "currency": "BRL"}
    assert list(app.store.files("media/lantern/ep004/")) == []
    entry = app.store.read(".entries/lantern/ep004.json").decode()
    assert "media/" not in entry
    assert "catalog/" not in entry, "no path of the producer's disk"
    validate(app)


def test_what_is_locked_here_can_be_free_there(folder_app, desk):
    app = folder_app
    app.publish(desk.release(5, "US", terms=UNLOCK), desk.progress())
    app.extend(desk.release(5, "BR", action="extend"), desk.progress())
    assert series_in(app, "US")["cuts"][0]["hls"] is None
    assert series_in(app, "BR")["cuts"][0]["hls"]


@pytest.mark.parametrize(
    ("kind", "episodes", "access"),
    [
        (CutKind.TRAILER, (), "free"),
        (CutKind.VOLUME, (1, 2, 3), "preview"),
        (CutKind.VOLUME, (3, 4), "locked"),
        (CutKind.MOVIE, (), "locked"),
    ],
)
def test_a_longer_cut_is_as_locked_as_what_is_in_it(folder_app, desk, kind, episodes, access):
    cut = attrs.evolve(desk.release().cut, id="other", kind=kind, episodes=episodes)
    folder_app.publish(desk.release(cut=cut, terms=UNLOCK), desk.progress())
    assert series_in(folder_app, "BR")["cuts"][0]["access"] == access


def test_cuts_stand_in_the_order_in_which_they_are_watched(folder_app, desk):
    app = folder_app
    one = desk.release().cut
    movie = attrs.evolve(one, id="a-movie", kind=CutKind.MOVIE, episodes=())
    trailer = attrs.evolve(one, id="z-trailer", kind=CutKind.TRAILER, episodes=())
    for cut in (movie, desk.cut(10), desk.cut(2), trailer):
        app.publish(desk.release(cut=cut), desk.progress())
    assert cuts_in(app, "BR") == ["z-trailer", "ep002", "ep010", "a-movie"]


def test_territories_that_see_the_same_share_their_documents(folder_app, desk):
    folder_app.publish(desk.release(territories="WORLD -CN"), desk.progress())
    root = load(folder_app, "catalog.json")
    assert len(root["territories"]) > 200
    assert "CN" not in root["territories"]
    assert len({page for pages in root["territories"].values() for page in pages.values()}) == 2
    validate(folder_app)


def test_a_second_series_takes_the_firsts_line_over(folder_app, desk):
    app = folder_app
    app.publish(desk.release(), desk.progress())
    app.publish(desk.release(series_id="heir", territories="BR"), desk.progress())
    page = load(app, load(app, "catalog.json")["territories"]["BR"]["en"])
    assert [line["id"] for line in page["series"]] == ["heir", "lantern"]
    assert cuts_in(app, "ID", series="heir") == []
    validate(app)


def test_a_damaged_catalogue_is_built_anew(folder_app, desk):
    app = folder_app
    app.publish(desk.release(), desk.progress())
    for damage in (b"{", b"[]", b'{"format": 99}'):
        app.store.write("catalog.json", damage)
        app.publish(desk.release(series_id="heir"), desk.progress())
        assert cuts_in(app, "BR") == ["ep001"]
    app.store.remove(each.path for each in list(app.store.files("catalog/")))
    app.publish(desk.release(2, series_id="heir"), desk.progress())
    assert cuts_in(app, "BR") == ["ep001"]
    validate(app)


def test_a_file_that_changed_since_it_was_planned_is_refused(app, desk):
    release = desk.release()
    (desk.folder / "catalog/lantern/ep001.mp4").write_bytes(b"something else")
    with pytest.raises(Refused, match="has changed since it was planned"):
        app.publish(release, desk.progress())
    assert app.store.read("catalog.json") is None


def test_a_run_that_ends_leaves_off_and_the_next_goes_on(app, desk, memory_type):
    release = desk.release()
    for questions in (0, 20, 160):
        checkpoint = memory_type()
        checkpoint.stops_after = questions
        with pytest.raises(Stopped):
            app.stage(release, desk.progress(checkpoint))
        assert not any(each.path.endswith("done.json") for each in app.store.files("media/"))
    app.publish(release, desk.progress())
    assert cuts_in(app, "BR") == ["ep001"]
    assert list((desk.folder / ".syndicator/packaging").glob("*/")) == []


def test_bytes_are_counted(folder_app, desk, memory_type):
    checkpoint = memory_type()
    folder_app.stage(desk.release(), desk.progress(checkpoint))
    files = (*folder_app.store.files("media/"), *folder_app.store.files("posters/"))
    assert checkpoint.counted == sum(each.size for each in files if "done.json" not in each.path)


def test_bad_captions_are_known_before_they_are_due(folder_app, desk):
    bad = Companion(file=desk.file("catalog/lantern/bad.vtt", b"nothing"), language="en")
    release = desk.release(cut=attrs.evolve(desk.release().cut, captions=(bad,)))
    (reason,) = folder_app.review(release)
    assert "bad.vtt does not begin with WEBVTT" in reason.text
    assert list(folder_app.review(desk.release())) == []


def test_a_target_that_cannot_be_written_to_is_trouble_for_a_while(desk):
    desk.file("app", b"a file where the folder should be")
    app = open_app({"target": "app", "workspace": desk.folder})
    with pytest.raises(Retry, match="app: Not a directory"):
        app.publish(desk.release(), desk.progress())


def test_check_says_whom_one_is(app):
    assert app.check().name == "Drama"


def test_check_names_a_missing_bucket(s3):
    from syndicator.channel import ChannelDown

    with pytest.raises(ChannelDown, match="no bucket never-made"):
        open_app({"target": "s3://never-made", "endpoint": s3}).check()


def test_poll_waits_for_what_is_not_there(folder_app, desk):
    assert isinstance(folder_app.poll(desk.release(), desk.progress()), Pending)
    folder_app.publish(desk.release(), desk.progress())
    assert folder_app.poll(desk.release(), desk.progress()).remote_id == "lantern/ep001"


def test_the_channel_can_do_all_that_it_says():
    for operation in ("stage", "poll", "find", "update", "extend", "withdraw"):
        assert StandaloneApp.can(operation)
    jsonschema.Draft202012Validator.check_schema(OPTIONS)
    assert set(Action) == {"publish", "extend", "update", "withdraw"}


def test_an_update_is_found_only_once_it_is_shown(folder_app, desk):
    app = folder_app
    app.publish(desk.release(), desk.progress())
    update = desk.release(action="update", cut=attrs.evolve(desk.release().cut, captions=()))
    assert app.find(update, desk.progress()) is None
    app.update(update, desk.progress())
    assert app.find(update, desk.progress()).territories == update.territories


def test_withdrawing_everywhere_takes_what_was_replaced_along(folder_app, desk):
    app = folder_app
    app.publish(desk.release(), desk.progress())
    cut = attrs.evolve(desk.release().cut, captions=())
    app.update(desk.release(action="update", cut=cut), desk.progress())
    app.withdraw(desk.release(action="withdraw"), desk.progress())
    assert list(app.store.files("media/")) == []


def test_the_adapter_brings_in_no_media_libraries_until_it_works():
    import subprocess
    import sys

    program = (
        "import sys; from syndicator_standalone_app import register_adapters; register_adapters();"
        "print(sorted({'av', 'PIL', 'obstore', 'pysubs2', 'ttconv', 'babel', 'langcodes', 'httpx'}"
        " & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
