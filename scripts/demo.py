"""`make demo`: release the example workspace to the own app, and say where to look."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "two-series"
DEMO = ROOT / "demo"
SYNDICATE = Path(sys.executable).with_name("syndicate")


def main() -> int:
    copy_changed(EXAMPLE, DEMO)
    for words in (["check"], ["release"], ["status"]):
        print(f"\n$ syndicate -C demo {' '.join(words)}", flush=True)
        code = subprocess.run([SYNDICATE, "-C", str(DEMO), *words], check=False).returncode
        if code:
            return code
    where = SYNDICATE.relative_to(ROOT) if SYNDICATE.is_relative_to(ROOT) else SYNDICATE
    print(
        f"""
Released to the app in demo/app. To watch it:

  {where} -C demo serve          then open http://127.0.0.1:8000/

And to look behind it:

  {where} -C demo plan           what would happen now: nothing, until you change a file
  {where} -C demo explain lantern-street/ep001/app/pilot/publish
  {where} -C demo status --html demo/status.html"""
    )
    return 0


def copy_changed(source: Path, target: Path) -> None:
    """Copy files that are new or changed, and keep what a release wrote."""
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir(parents=True, exist_ok=True)
        elif not copy.exists() or copy.read_bytes() != path.read_bytes():
            shutil.copy2(path, copy)


if __name__ == "__main__":
    sys.exit(main())
