import multiprocessing
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from syndicator_standalone_app.bucket import Bucket
from syndicator_standalone_app.store import Folder, caching_of, type_of

from syndicator.channel import ChannelDown


@pytest.fixture
def store(target):
    return open_store(target)


def open_store(options):
    target = options["target"]
    if target.startswith("s3://"):
        return Bucket(target, options)
    return Folder(options["workspace"] / target)


def add_one(options, times):
    store = open_store(options)
    for _ in range(times):
        store.change("counter", lambda data: str(int(data or b"0") + 1).encode())


def test_what_is_written_is_read_back(store):
    store.write("a/b.json", b"1")
    assert store.read("a/b.json") == b"1"
    assert store.has("a/b.json")


def test_many_files_are_read_in_the_order_asked_for(store):
    for path in "abc":
        store.write(path, path.encode())
    assert store.read_all(["c", "never", "a"]) == [b"c", None, b"a"]


def test_what_is_not_there_reads_as_none(store):
    assert store.read("nothing.json") is None
    assert not store.has("nothing.json")


def test_a_file_of_the_disk_is_copied_whole(store, tmp_path):
    source = tmp_path / "large"
    source.write_bytes(bytes(range(256)) * 30_000)
    store.copy("media/large.m4s", source)
    assert store.read("media/large.m4s") == source.read_bytes()


def test_only_the_files_under_a_folder_are_listed(store):
    for path in ("x/1", "x/y/2", "xz/3", "4"):
        store.write(path, b"_")
    assert sorted(each.path for each in store.files("x/")) == ["x/1", "x/y/2"]


def test_listed_files_know_their_size_and_time(store):
    store.write("x/1", b"four")
    (found,) = store.files("x/")
    assert found.size == 4
    assert abs(
        found.modified_at - datetime.fromtimestamp(__import__("time").time(), UTC)
    ) < timedelta(minutes=1)


def test_removing_twice_is_no_fault(store):
    store.write("x/y/1", b"_")
    store.remove(["x/y/1"])
    store.remove(["x/y/1", "x/never"])
    assert not store.has("x/y/1")
    assert list(store.files("x/")) == []


def test_a_change_sees_what_is_there(store):
    store.change("c", lambda data: (data or b"") + b"1")
    store.change("c", lambda data: (data or b"") + b"2")
    assert store.read("c") == b"12"


def test_a_change_to_nothing_takes_the_file_off(store):
    store.write("c", b"1")
    store.change("c", lambda _: None)
    assert store.read("c") is None
    assert not store.has("c")
    store.change("c", lambda data: data or b"again")
    assert store.read("c") == b"again"


def test_changes_of_several_processes_are_all_there(target):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=add_one, args=(target, 8)) for _ in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(60)
    assert [each.exitcode for each in workers] == [0, 0, 0]
    assert open_store(target).read("counter") == b"24"


def test_a_bucket_gives_out_files_with_their_headers(s3, bucket):
    import httpx

    store = Bucket(f"s3://{bucket}", {"endpoint": s3})
    store.write("media/s/c/1/master.m3u8", b"#EXTM3U")
    store.change("catalog.json", lambda _: b"{}")
    key = "key/20261201/us-east-1/s3/aws4_request"
    signed = f"AWS4-HMAC-SHA256 Credential={key}, SignedHeaders=host, Signature=0"
    sign = {"headers": {"Authorization": signed}}
    media = httpx.get(f"{s3}/{bucket}/media/s/c/1/master.m3u8", **sign)
    assert media.headers["content-type"] == "application/vnd.apple.mpegurl"
    assert media.headers["cache-control"] == "public, max-age=31536000, immutable"
    root = httpx.get(f"{s3}/{bucket}/catalog.json", **sign)
    assert root.headers["cache-control"] == "no-cache"
    assert root.headers["content-type"] == "application/json"


def test_a_missing_bucket_is_named(s3):
    store = Bucket("s3://never-made", {"endpoint": s3})
    with pytest.raises(ChannelDown, match="no bucket never-made"):
        store.write("x", b"1")


def test_an_unfinished_write_is_never_listed_and_goes_in_time(tmp_path):
    store = Folder(tmp_path)
    store.write("x/1", b"_")
    left = tmp_path / "x" / ".unfinished-0123"
    left.write_bytes(b"half")
    assert [each.path for each in store.files("x/")] == ["x/1"]
    store.tidy(datetime(2000, 1, 1, tzinfo=UTC))
    assert left.exists()
    store.tidy(datetime(2100, 1, 1, tzinfo=UTC))
    assert not left.exists()
    assert store.has("x/1")


def test_a_failed_write_leaves_nothing_behind(tmp_path):
    store = Folder(tmp_path / "app")
    store.write("x", b"old")
    with pytest.raises(OSError, match="No such file"):
        store.copy("x", tmp_path / "never")
    assert store.read("x") == b"old"
    assert [each.name for each in (tmp_path / "app").iterdir()] == ["x"]


@pytest.mark.parametrize(
    ("path", "kind", "caching"),
    [
        ("catalog.json", "application/json", "no-cache"),
        ("catalog/ab.json", "application/json", "public, max-age=31536000, immutable"),
        (
            "media/s/c/1/segment-00000.m4s",
            "video/iso.segment",
            "public, max-age=31536000, immutable",
        ),
        ("index.html", "text/html; charset=utf-8", "no-cache"),
        (".entries/s/c.json", "application/json", "private, no-store"),
        (
            "media/s/c/1/captions/en.vtt",
            "text/vtt; charset=utf-8",
            "public, max-age=31536000, immutable",
        ),
    ],
)
def test_headers_follow_the_layout(path, kind, caching):
    assert (type_of(path), caching_of(path)) == (kind, caching)


def test_what_another_takes_off_in_the_same_moment_is_no_fault(tmp_path, monkeypatch):
    """The folder goes with its last file, between its writing and its being made durable."""
    store = Folder(tmp_path)
    replace = Path.replace

    def replaced_and_removed(self, target):
        found = replace(self, target)
        store.remove([str(target.relative_to(tmp_path))])
        return found

    monkeypatch.setattr(Path, "replace", replaced_and_removed)
    store.write("catalog/BR/series.json", b"{}")
    assert not (tmp_path / "catalog").exists()


def test_folders_that_come_and_go_under_many_hands_are_no_fault(tmp_path):
    faults = []

    def go(name):
        store = Folder(tmp_path)
        try:
            for number in range(150):
                for path in (f"catalog/BR/{name}/x/{number % 3}", f"catalog/BR/{name % 2}/y"):
                    store.write(path, b"1")
                    store.remove([path])
                store.change(f".entries/{name % 2}/z", lambda data: None if data else b"1")
                if number % 10 == 0:
                    store.tidy(datetime(2020, 1, 1, tzinfo=UTC))
                    list(store.files("catalog"))
        except OSError as fault:
            faults.append(fault)

    hands = [threading.Thread(target=go, args=(name,)) for name in range(8)]
    for each in hands:
        each.start()
    for each in hands:
        each.join()
    assert faults == []


def test_a_file_where_a_folder_should_be_is_a_fault(tmp_path):
    (tmp_path / "catalog").write_text("not a folder")
    with pytest.raises((FileExistsError, NotADirectoryError)):
        Folder(tmp_path).write("catalog/BR/series.json", b"{}")
