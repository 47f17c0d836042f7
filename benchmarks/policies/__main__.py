"""Measure publishing policies on one tape of faults: `python benchmarks/run.py --only policies`.

python -m benchmarks.policies                       the table, over 20,000 releases a policy
python -m benchmarks.policies --rate 0.2 --seed 7   another tape
python -m benchmarks.policies --picture FILE.svg    the picture beside it
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.policies import models, ours
from benchmarks.policies.score import Policy, row, run, table
from benchmarks.policies.tape import RATE, RELEASES, SEED, Tape

POLICIES: Final[Mapping[str, Policy]] = {
    "blind retry": models.blind_retry,
    "flag and retry": models.flag_and_retry,
    "batch status": models.batch_status,
    "at most once": models.at_most_once,
    "start, look, finish": models.start_look_finish,
    "ours, handle": ours.ours(ours.handle),
    "ours, native_key": ours.ours(ours.native_key),
    "ours, marker": ours.ours(ours.marker),
    "ours, none": ours.ours(ours.none),
}


def measure(tape: Tape, releases: int) -> list[dict[str, object]]:
    """Return a row for each policy."""
    return [row(name, run(policy, tape, releases)) for name, policy in POLICIES.items()]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.policies", description=__doc__)
    parser.add_argument("--rate", type=_share, default=RATE, help="share of exchanges with a fault")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--releases", type=int, default=RELEASES)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    tape = Tape(given.seed, given.rate)
    rows = measure(tape, given.releases)
    if given.picture:
        from benchmarks.policies.picture import draw

        given.picture.write_text(draw(rows, tape, given.releases), "utf-8")
    if given.json:
        told = {"releases": given.releases, "rate": tape.rate, "seed": tape.seed}
        print(json.dumps([each | told for each in rows]))
    else:
        print(table(rows, tape, given.releases))


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 0.5:
        raise argparse.ArgumentTypeError("a share from 0 to 0.5")
    return value


if __name__ == "__main__":
    main()
