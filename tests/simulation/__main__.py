"""Tell one life of the dispatcher, or live many: `python -m tests.simulation SEED [SEED]`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from .drawn import draw
from .lives import live, told


def main(words: Sequence[str]) -> None:
    """Print what a seed stands for, and what came of it; of two seeds, live all in between."""
    seed, *until = map(int, words)
    if until:
        counted = live(range(seed, *until))
        sys.stdout.writelines(f"{number:8} {word}\n" for word, number in counted.most_common())
        return
    drawn = draw(seed)
    lines = [f"seed {seed}: begins {drawn.begins:%Y-%m-%d %H:%M} UTC, {drawn.workers} crons"]
    lines += [f"  {each}" for each in drawn.faults]
    sys.stdout.write("\n".join([*lines, *told(seed), ""]))


if __name__ == "__main__":
    main(sys.argv[1:])
