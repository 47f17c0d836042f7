"""Several processes at once, and processes that die."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys

import pytest
from syndicator_standalone_app.channel import StandaloneApp

PROGRAM = """
import sys, pickle, pathlib
from syndicator.channel import Progress
from syndicator_standalone_app.channel import StandaloneApp

class Nowhere:
    def write(self, saved, asked): pass
    def count(self, number): pass
    def should_stop(self): return False

options, releases = pickle.loads(pathlib.Path(sys.argv[1]).read_bytes())
app = StandaloneApp(options, None, account="app")
for action, release in releases:
    getattr(app, action)(release, Progress("key", Nowhere()))
    print(release.cut.id, flush=True)
"""


@pytest.fixture
def start(tmp_path, target, desk):
    """Give `start(releases)`: a process that carries them out in order."""
    import pickle

    target["workspace"] = desk.folder
    started = []

    def start(releases):
        orders = tmp_path / f"orders{len(started)}"
        orders.write_bytes(pickle.dumps((target, releases)))
        command = [sys.executable, "-c", PROGRAM, str(orders)]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def app(target, desk):
    target["workspace"] = desk.folder
    return StandaloneApp(target, None, account="app")


def cuts_in(app, territory):
    root = json.loads(app.store.read("catalog.json"))
    found = []
    for line in json.loads(app.store.read(root["territories"][territory]["en"]))["series"]:
        found += [cut["id"] for cut in json.loads(app.store.read(line["document"]))["cuts"]]
    return found


def test_processes_that_open_and_close_at_once_all_have_their_way(start, app, desk):
    for number in (1, 2):
        app.publish(desk.release(number), desk.progress())
    jobs = [
        [("publish", desk.release(number)) for number in (3, 4, 5)],
        [("publish", desk.release(6)), ("withdraw", desk.release(1, action="withdraw"))],
        [("extend", desk.release(2, "US", action="extend")), ("publish", desk.release(7))],
    ]
    running = [start(job) for job in jobs]
    assert [process.wait(120) for process in running] == [0, 0, 0]
    assert cuts_in(app, "BR") == ["ep002", "ep003", "ep004", "ep005", "ep006", "ep007"]
    assert cuts_in(app, "US") == ["ep002"]


@pytest.mark.parametrize("target", ["folder"], indirect=True)
def test_two_waves_that_open_one_cut_at_once_are_both_open(start, app, desk):
    app.publish(desk.release(1), desk.progress())
    waves = ["US", "GB", "DE"]
    running = [start([("extend", desk.release(1, each, action="extend"))]) for each in waves]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert all(cuts_in(app, each) == ["ep001"] for each in [*waves, "BR"])


@pytest.mark.parametrize("target", ["folder"], indirect=True)
def test_a_reader_never_meets_half_a_catalogue(start, app, desk):
    app.publish(desk.release(1), desk.progress())
    running = [
        start([("publish", desk.release(number)) for number in range(first, first + 4)])
        for first in (2, 6)
    ]
    seen = set()
    while any(process.poll() is None for process in running):
        found = cuts_in(app, "BR")
        assert "ep001" in found
        seen.add(len(found))
    assert [process.wait() for process in running] == [0, 0]
    assert len(cuts_in(app, "BR")) == 9
    assert len(seen) > 2, "the reader saw the catalogue grow"


@pytest.mark.parametrize("target", ["folder"], indirect=True)
def test_a_process_killed_anywhere_leaves_nothing_that_the_next_cannot_finish(
    start, app, desk, clip_type, make
):
    app.publish(desk.release(9), desk.progress())
    slow = {"codec": "prores_ks", "pixels": "yuv422p10le", "options": {}}
    make(desk.folder / "long.mov", clip_type(frames=300, **slow))
    release = release_of(desk, "long.mov")
    media = desk.folder / "app" / "media" / "lantern" / "ep001"
    marks = [
        (desk.folder / ".syndicator/packaging", "*/segment-00000.m4s"),
        (desk.folder / ".syndicator/packaging", "*/segment-00003.m4s"),
        (desk.folder / ".syndicator/packaging", "*/captions/*.vtt"),
        (media, "*/captions/*.vtt"),
        (media, "*/segment-00002.m4s"),
    ]
    assert [kill_at(start([("publish", release)]), *mark) for mark in marks] == [True] * 5
    assert cuts_in(app, "BR") == ["ep009"]
    assert list(media.rglob("segment-*")), "half of it is there"
    assert start([("publish", release)]).wait(60) == 0
    assert cuts_in(app, "BR") == ["ep001", "ep009"]
    assert frames_of(app, "ep001") == 300
    assert list((desk.folder / ".syndicator/packaging").glob("*/")) == []


def kill_at(process, folder, pattern):
    """Kill a process once a file is there; return whether it was still running."""
    while process.poll() is None:
        if any(folder.glob(pattern)):
            os.kill(process.pid, signal.SIGKILL)
            return process.wait() == -signal.SIGKILL
    return False


def test_a_process_killed_between_bytes_and_mark_makes_them_again(app, desk):
    release = desk.release()
    app.stage(release, desk.progress())
    (done,) = [each.path for each in app.store.files("media/") if each.path.endswith("done.json")]
    folder = done.rsplit("/", maxsplit=1)[0]
    whole = {each.path: app.store.read(each.path) for each in app.store.files(f"{folder}/")}
    app.store.remove([done])
    app.store.write(f"{folder}/segment-00000.m4s", b"half of i")
    app.publish(release, desk.progress())
    assert {each.path: app.store.read(each.path) for each in app.store.files(f"{folder}/")} == whole


def release_of(desk, name):
    import attrs

    release = desk.release()
    variant = attrs.evolve(release.cut.media, file=desk.file(name))
    return attrs.evolve(release, cut=attrs.evolve(release.cut, variants=(variant,)))


def frames_of(app, cut):
    import av

    root = json.loads(app.store.read("catalog.json"))
    (line,) = json.loads(app.store.read(root["territories"]["BR"]["en"]))["series"]
    shown = json.loads(app.store.read(line["document"]))["cuts"]
    (hls,) = [each["hls"] for each in shown if each["id"] == cut]
    playlist = app.store.root / hls.replace("master", "video")
    with av.open(str(playlist)) as container:
        return sum(1 for _ in container.decode(video=0))


def test_the_lock_of_a_dead_process_is_free(tmp_path):
    from syndicator_standalone_app.store import Folder

    context = multiprocessing.get_context("spawn")
    process = context.Process(target=hold, args=(tmp_path,))
    process.start()
    while not (tmp_path / "held").exists():
        assert process.is_alive()
    process.kill()
    process.join()
    Folder(tmp_path).change("x", lambda _: b"mine")
    assert Folder(tmp_path).read("x") == b"mine"


def hold(folder):
    from syndicator_standalone_app.store import Folder

    def forever(_):
        (folder / "held").touch()
        signal.pause()

    Folder(folder).change("x", forever)
