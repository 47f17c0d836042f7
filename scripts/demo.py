"""`make demo`: release the example workspace to the own app and to sandboxes; say where to look.

The adapters are those of the real platforms; `api_base` in demo/syndicator.toml is all that makes
them talk to the sandboxes.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = (ROOT / "examples" / "two-series", ROOT / "examples" / "platforms")
DEMO = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "demo"
SYNDICATE = Path(sys.executable).with_name("syndicate")
PORTS = {"tiktok": 8801, "youtube_shorts": 8802, "files": 8803}
QUICK = {
    "tiktok": ("auto_consent=true", "processing_seconds=0", "moderation_seconds=0",
               "review_seconds=0"),
    "youtube_shorts": ("auto_consent=true", "processing_seconds=0"),
}  # fmt: skip
SIGNS_IN = ("tiktok", "youtube")
PATIENCE_S = 120
TO_BE_TRIED_AGAIN = 5
MOVES = "planned,staging,staged,publishing,processing"


def main() -> int:
    ports = {name: free(port) for name, port in PORTS.items()}
    merged(EXAMPLES, DEMO, ports)
    with files_on(ports["files"]), sandboxes(ports):
        code = released()
    if code == 0:
        print(where_to_look(ports))
    return code


def released() -> int:
    code = say("check")
    for name in SIGNS_IN:
        if code == 0 and not (DEMO / ".syndicator" / "tokens" / f"{name}.json").exists():
            code = sign_in(name)
    ends = time.monotonic() + PATIENCE_S
    while code == 0:
        code = say("release")
        code = 0 if code == TO_BE_TRIED_AGAIN else code
        if not due() or time.monotonic() > ends:
            break
        threading.Event().wait(3)  # as cron would, a little sooner
    return code or say("status")


def say(*words: str) -> int:
    """Run a command as a user would, and show it."""
    print(f"\n$ syndicate -C {DEMO.name} {' '.join(words)}", flush=True)
    return subprocess.run([SYNDICATE, "-C", str(DEMO), *words], check=False).returncode


def due() -> bool:
    """Return whether anything whose date has come is still on its way."""
    words = [arg for state in MOVES.split(",") for arg in ("--state", state)]
    found = subprocess.run(
        [SYNDICATE, "-C", str(DEMO), "show", "--json", *words], check=False, capture_output=True
    )
    now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    return any(line["at"] <= now for line in lines)


def sign_in(name: str) -> int:
    """Sign in to a sandbox, which consents by itself where a person would click."""
    words = ["channels", "auth", name, "--no-browser"]
    print(f"\n$ syndicate -C demo {' '.join(words)}", flush=True)
    command = [SYNDICATE, "-C", str(DEMO), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) \
            as process:  # fmt: skip
        assert process.stdout
        for line in process.stdout:
            print(line, end="", flush=True)
            found = re.search(r"http://127\.0\.0\.1:\d+/\S*(?:auth|authorize)/?\?\S+", line)
            if found:
                urllib.request.urlopen(found[0], timeout=30).close()
        return process.wait()


def merged(sources: tuple[Path, ...], target: Path, ports: dict[str, int]) -> None:
    """Copy files that are new or changed, later folders over earlier ones; keep what is ours."""
    files = {path.relative_to(source): path for source in sources
             for path in sorted(source.rglob("*")) if path.is_file()}  # fmt: skip
    for name, path in files.items():
        content = path.read_bytes()
        if name.name == "syndicator.toml":
            for word, port in PORTS.items():
                content = content.replace(f":{port}".encode(), f":{ports[word]}".encode())
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if not copy.exists() or copy.read_bytes() != content:
            copy.write_bytes(content)
            shutil.copymode(path, copy)
        if name.parts[0] == "credentials":
            copy.chmod(0o600)


def free(port: int) -> int:
    """Return a port, or any that is free where it is taken."""
    for wish in (port, 0):
        with socket.socket() as found:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                found.bind(("127.0.0.1", wish))
                return int(found.getsockname()[1])
    raise SystemExit("no port of this machine is free")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@contextlib.contextmanager
def files_on(port: int) -> Iterator[None]:
    """Serve the catalog, from where TikTok Minis fetches it."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(Quiet, directory=str(DEMO)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield
    server.shutdown()
    server.server_close()


@contextlib.contextmanager
def sandboxes(ports: dict[str, int]) -> Iterator[None]:
    """Run the platforms."""
    with contextlib.ExitStack() as stack:
        for name, wishes in QUICK.items():
            words = ["sandbox", name, "--port", str(ports[name])]
            for wish in wishes:
                words += ["--set", wish]
            process = subprocess.Popen(
                [SYNDICATE, "-C", str(DEMO), *words], stdout=subprocess.PIPE, text=True
            )
            stack.enter_context(process)
            stack.callback(process.terminate)
            assert process.stdout
            print(process.stdout.readline(), end="", flush=True)
        yield


def where_to_look(ports: dict[str, int]) -> str:
    where = SYNDICATE.relative_to(ROOT) if SYNDICATE.is_relative_to(ROOT) else SYNDICATE
    return f"""
Released to the app in demo/app. To watch it:

  {where} -C demo serve          then open http://127.0.0.1:8000/

And to the sandboxes of three platforms. To see what was posted there:

  {where} -C demo sandbox tiktok --port {ports["tiktok"]}            \
then open http://127.0.0.1:{ports["tiktok"]}/_sandbox/
  {where} -C demo sandbox youtube_shorts --port {ports["youtube_shorts"]}    \
then open http://127.0.0.1:{ports["youtube_shorts"]}/_sandbox/

And to look behind it:

  {where} -C demo plan           what would happen now: nothing, until you change a file
  {where} -C demo explain lantern-street/ep001/youtube/pilot/publish
  {where} -C demo status --html demo/status.html"""


if __name__ == "__main__":
    sys.exit(main())
