"""Upload one large file through each adapter, and the same chunks with curl, to the same sandbox.

python benchmarks/upload.py              2 GB, as a table
python benchmarks/upload.py --mb 200     smaller
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import httpx

HERE = Path(__file__).resolve()
SYNDICATE = Path(sys.executable).with_name("syndicate")
MB = 10**6
BLOCK = 1 << 20
TURNS = 4
ADAPTERS = ("tiktok", "youtube_shorts")


@contextmanager
def sandbox(adapter: str, folder: Path) -> Iterator[str]:
    """Run a platform in a process of its own; yield its address."""
    words = [str(SYNDICATE), "sandbox", adapter, "--port", "0", "--folder", str(folder)]
    wishes = ["processing_seconds=0", "moderation_seconds=0", "rate_limits=false"]
    for wish in wishes if adapter == "tiktok" else wishes[:1]:
        words += ["--set", wish]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().split()[2].removesuffix("/_sandbox/")
        process.terminate()


def token(adapter: str, url: str) -> str:
    """Return an access token, got as a client gets one."""
    import base64
    import hashlib
    import re

    verifier = "v" * 64
    digest = hashlib.sha256(verifier.encode())
    if adapter == "tiktok":
        path, end, scopes = (
            "/v2/auth/authorize/",
            "/v2/oauth/token/",
            "video.publish,video.list,user.info.basic",
        )
        name, client, challenge = "client_key", "sandbox-key", digest.hexdigest()
    else:
        path, end = "/o/oauth2/v2/auth", "/token"
        scopes = "https://www.googleapis.com/auth/youtube.force-ssl"
        name, client = "client_id", "sandbox-client"
        challenge = base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
    back = "http://127.0.0.1:9/"
    asked = {
        name: client, "response_type": "code", "scope": scopes, "state": "s", "redirect_uri": back,
        "code_challenge": challenge, "code_challenge_method": "S256", "answer": "yes",
    }  # fmt: skip
    there = httpx.get(url + path, params=asked).headers["location"]
    code = httpx.URL(there).params["code"]
    form = {
        name: client, "client_secret": "sandbox-secret", "grant_type": "authorization_code",
        "code": code, "redirect_uri": back, "code_verifier": verifier,
    }  # fmt: skip
    answer = httpx.post(url + end, data=form).json()
    assert re.match(r"\S+$", answer["access_token"])
    return str(answer["access_token"])


# -- ours, in a process of its own: `upload.py --one ADAPTER URL FILE` --


class Memory:
    """A checkpoint that keeps nothing: the ledger is not what is measured."""

    def write(self, saved: Any, asked: Any) -> None:
        """Keep nothing."""

    def count(self, number: int) -> None:
        """Count nothing."""

    def should_stop(self) -> bool:
        """Never."""
        return False


def one(adapter: str, url: str, path: Path) -> None:
    """Upload a file through an adapter, and print the seconds that it took."""
    import logging

    import syndicator.channel as sc
    from syndicator.channel._http import Http
    from syndicator.dispatch.clock import SystemClock
    from syndicator.model.terms import Terms
    from syndicator.model.work import Cut, CutKind, File, Localization, MediaFacts, Series, Variant

    logging.disable()
    clock = SystemClock()
    access = sc.Secret(token(adapter, url))
    http = Http(url, credentials=lambda: access, now=clock.now)
    facts = MediaFacts(seconds=60, width=1080, height=1920, video_codec="h264",
                       pixel_format="yuv420p", frame_rate=30, audio_codec="aac")  # fmt: skip
    file = File(path=path.name, size=path.stat().st_size, sha256="0" * 64)
    cut = Cut(id="ep001", kind=CutKind.EPISODE, episodes=(1,),
              variants=(Variant(file=file, facts=facts),))  # fmt: skip
    series = Series(id="s", original_language="en", localizations=(Localization("en", "S"),))
    release = sc.Release(
        key=sc.ReleaseKey("s", "ep001", "c", "w", "publish"), action=sc.Action.PUBLISH,
        at=clock.now(), territories=sc.Territories.parse(["WORLD"]), terms=Terms(),
        series=series, cut=cut, workspace=path.parent,
    )  # fmt: skip
    progress = sc.Progress("one", Memory())
    channel: sc.Channel
    if adapter == "tiktok":
        from syndicator_tiktok.posting.channel import Posting

        options = {"mode": "direct", "privacy_level": "PUBLIC_TO_EVERYONE", "audited": True}
        channel = Posting(options, http)
    else:
        from syndicator_youtube_shorts.channel import YouTubeShorts

        channel = YouTubeShorts({"playlist": "none"}, http)
    channel.check()  # libraries are loaded and the connection is there, as curl's is
    began = time.perf_counter()
    receipt = channel.publish(release, progress)
    taken = time.perf_counter() - began
    assert isinstance(receipt, sc.Receipt), receipt
    print(taken)


def ours(adapter: str, url: str, path: Path) -> tuple[float, int]:
    """Return (seconds, largest memory in MB) of an upload through an adapter."""
    words = [sys.executable, str(HERE), "--one", adapter, url, str(path)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{adapter}: the upload failed")
    return float(said), usage.ru_maxrss // 1024


# -- curl --


def chunks_of(adapter: str, size: int) -> list[tuple[int, int]]:
    """Return (first byte, length) of each chunk as the adapter sends them."""
    if adapter == "tiktok":
        from syndicator_tiktok.posting.chunks import plan

        return list(plan(size))
    from syndicator_youtube_shorts.upload import PIECE

    return [(first, min(PIECE, size - first)) for first in range(0, size, PIECE)]


def address(adapter: str, url: str, size: int) -> str:
    """Begin an upload and return where its chunks go."""
    headers = {"Authorization": f"Bearer {token(adapter, url)}"}
    if adapter == "tiktok":
        chunks = chunks_of(adapter, size)
        source = {"source": "FILE_UPLOAD", "video_size": size, "chunk_size": chunks[0][1],
                  "total_chunk_count": len(chunks)}  # fmt: skip
        info = {"privacy_level": "PUBLIC_TO_EVERYONE", "brand_content_toggle": False}
        body = {"post_info": info, "source_info": source}
        answer = httpx.post(f"{url}/v2/post/publish/video/init/", json=body, headers=headers)
        return str(answer.json()["data"]["upload_url"])
    body = {"snippet": {"title": "S", "categoryId": "24"}, "status": {"privacyStatus": "private"}}
    asked = {"uploadType": "resumable", "part": "snippet,status"}
    headers |= {"X-Upload-Content-Length": str(size), "X-Upload-Content-Type": "video/mp4"}
    answer = httpx.post(f"{url}/upload/youtube/v3/videos", json=body, params=asked, headers=headers)
    return answer.headers["location"]


def curl(adapter: str, url: str, path: Path, folder: Path) -> float:
    """Return the seconds that one curl takes for the same chunks, which lie in files of their own.

    One process and one connection for all of them: cutting the file is not counted.
    """
    size = path.stat().st_size
    where, words = address(adapter, url, size), ["curl", "--silent", "--show-error"]
    with path.open("rb") as source:
        for number, (first, length) in enumerate(chunks_of(adapter, size)):
            piece = folder / f"piece{number}"
            source.seek(first)
            with piece.open("wb") as target:
                left = length
                while left:
                    block = source.read(min(BLOCK, left))
                    target.write(block)
                    left -= len(block)
            words += ["--next"] if number else []
            # The last answer holds the video; what it says is not of interest here.
            words += ["--silent", "--output", os.devnull, "--upload-file", str(piece), where]
            for header in (f"Content-Range: bytes {first}-{first + length - 1}/{size}",
                           "Content-Type: video/mp4", "Expect:"):  # fmt: skip
                words += ["--header", header]
    began = time.perf_counter()
    subprocess.run(words, check=True)
    return time.perf_counter() - began


def beside(adapter: str, folder: Path, path: Path) -> tuple[float, float, int]:
    """Return (curl's seconds, ours, our memory in MB): medians of turns, one after the other."""
    theirs: list[float] = []
    mine: list[tuple[float, int]] = []
    for turn in range(TURNS):
        where, pieces = folder / f"{adapter}{turn}", folder / "pieces"
        pieces.mkdir()
        with sandbox(adapter, where) as url:
            # Whoever comes second finds memory that was used before: they take turns.
            if turn % 2:
                mine.append(ours(adapter, url, path))
            theirs.append(curl(adapter, url, path, pieces))
            if not turn % 2:
                mine.append(ours(adapter, url, path))
            posts = httpx.get(f"{url}/_sandbox/posts").json()
            assert [post["facts"]["size"] for post in posts] == [path.stat().st_size] * 2
        shutil.rmtree(where)
        shutil.rmtree(pieces)
    return median(theirs), median(x for x, _ in mine), max(x for _, x in mine)


def measure(mb: int) -> list[dict[str, object]]:
    """Return a row for each adapter."""
    # In memory where that is possible: how fast the disk takes 2 GB is not what is measured.
    memory_disk = Path("/dev/shm")
    where = memory_disk if memory_disk.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="syndicate-bench-", dir=where))
    rows: list[dict[str, object]] = []
    try:
        path = folder / "ep001.mp4"
        with path.open("wb") as file:
            block = os.urandom(MB)
            for _ in range(mb):
                file.write(block)
        for adapter in ADAPTERS:
            base, seconds, memory = beside(adapter, folder, path)
            rows.append({
                "what": f"upload of {mb} MB, {adapter}", "seconds": round(seconds, 2),
                "MB": memory, "MB_per_s": round(mb / seconds), "baseline_s": round(base, 2),
                "baseline_MB_per_s": round(mb / base), "ratio": round(base / seconds, 2),
                "baseline": "curl, the same chunks; ratio of MB/s",
            })  # fmt: skip
    finally:
        shutil.rmtree(folder)
    return rows


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], sys.argv[3], Path(sys.argv[4]))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = measure(given.mb)
    if given.json:
        print(json.dumps(rows))
        return
    for row in rows:
        print(f"{row['what']}: {row['MB_per_s']} MB/s with {row['MB']} MB of memory; "
              f"curl {row['baseline_MB_per_s']} MB/s; ratio {row['ratio']}")  # fmt: skip


if __name__ == "__main__":
    main()
