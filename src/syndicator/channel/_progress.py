"""The law as code: save before the effect, ask before you repeat.

An adapter's method may die at any line: the process killed, the network cut, the lease lost. What
it learned until then is in `saved`, because every `save` is durable before it returns. What it
cannot have learned is whether the request under way had its effect. `once` writes down *that it
is about to ask* before it asks; an attempt that finds such a mark without an answer knows that it
may have happened, and must find out before it asks again.

Three kinds of step cover every platform read so far:

- a step that may be done twice at no harm (open an upload session, look something up):
  `remember`;
- a step whose second time would be seen, and which can be asked about: `once(name, do, lost=…)`;
- a step whose second time would be seen, and which cannot be asked about: `once(name, do)`. It is
  done at most once; if the answer was lost, a person decides.

Names, not positions: a later version of the adapter may reorder its steps. Values are plain JSON,
at most 64 KiB in all. A secret (an upload address is one) is saved as a `Secret`, by itself or one
level deep; it is sealed before it reaches the ledger and comes back as a `Secret`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, Protocol

from syndicator.channel._seal import Seal, key_of_process
from syndicator.channel._verdicts import NotDone, Unknown

SAVED_MAX = 64 * 1024


class _Absent:
    """The type of ABSENT."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
"""What `lost` returns when it has proof that the step never happened."""


class Checkpoint(Protocol):
    """Where progress is kept; the dispatcher gives one that is bound to its claim."""

    def write(self, saved: Mapping[str, Any], asked: Collection[str]) -> None:
        """Return when it is durable.

        Raises:
            ClaimLost: another worker holds the release.
        """

    def count(self, number: int) -> None:
        """Take note of bytes sent; cheap, not durable."""

    def should_stop(self) -> bool:
        """Return whether the run is ending."""


class Progress:
    """What an adapter has done of a release so far, over all attempts."""

    def __init__(
        self,
        key: str,
        checkpoint: Checkpoint,
        *,
        attempt: int = 1,
        saved: Mapping[str, Any] | None = None,
        asked: Collection[str] = (),
        seal: Seal | None = None,
    ) -> None:
        self.key = key
        """The same for every attempt: give it to the platform wherever it takes a reference."""

        self.attempt = attempt
        """1 for the first."""

        self._seal = seal or Seal(key_of_process)
        self._saved = {name: self._seal.open(value) for name, value in (saved or {}).items()}
        self._asked = set(asked)
        self._checkpoint = checkpoint

    @property
    def saved(self) -> Mapping[str, Any]:
        """What was saved, by this attempt or an earlier one."""
        return self._saved

    @property
    def is_asking(self) -> bool:
        """Whether a step was asked for and never heard of: something may have happened."""
        return bool(self._asked)

    def save(self, **values: Any) -> None:
        """Make values durable under their names; a name in `once` loses its mark.

        Raises:
            ValueError: not plain JSON, or more than 64 KiB in all.
            ClaimLost: another worker holds the release.
        """
        saved = self._saved | values
        self._write(saved, self._asked - values.keys())

    def remember(self, name: str, do: Callable[[], Any]) -> Any:
        """Return what `do` answered, now or in an earlier attempt.

        For steps that may be done twice at no harm: if the process dies between the answer and its
        being saved, it is done again.
        """
        if name not in self._saved:
            self.save(**{name: do()})
        return self._saved[name]

    def once(
        self, name: str, do: Callable[[], Any], *, lost: Callable[[], Any] | None = None
    ) -> Any:
        """Do something at most once, whatever dies; return what it answered.

        That we are about to ask is durable before `do` runs, and the answer before this returns.
        If an earlier attempt asked and never heard, `lost` finds out: an answer is taken as ours,
        ABSENT lets `do` run again, None settles nothing.

        Raises:
            Unknown: it was asked, never heard, and nothing can tell.
            ClaimLost: another worker holds the release.
        """
        if name in self._asked:
            found = lost() if lost else None
            if found is None:
                raise Unknown(f"{name}: asked before, and the answer never came")
            if found is not ABSENT:
                self.save(**{name: found})
        if name not in self._saved:
            self._mark(self._asked | {name})
            try:
                answer = do()
            except NotDone:
                self._mark(self._asked - {name})
                raise
            self.save(**{name: answer})
        return self._saved[name]

    def forget(self, *names: str) -> None:
        """Drop what was saved under these names, durably: a session that has expired, say."""
        saved = {name: value for name, value in self._saved.items() if name not in names}
        self._write(saved, self._asked - set(names))

    def bytes(self, number: int) -> None:
        """Count bytes that were sent or written; feeds the progress bar."""
        self._checkpoint.count(number)

    def should_stop(self) -> bool:
        """Return whether the run is ending; a long step may save and raise `Stopped`."""
        return self._checkpoint.should_stop()

    def _mark(self, asked: set[str]) -> None:
        self._write(self._saved, asked)

    def _write(self, saved: Mapping[str, Any], asked: set[str]) -> None:
        sealed = {name: self._seal.close(value) for name, value in saved.items()}
        if len(json.dumps(sealed)) > SAVED_MAX:
            raise ValueError(f"progress of {self.key} is over {SAVED_MAX} bytes; save references")
        self._checkpoint.write(sealed, asked)
        self._saved = dict(saved)
        self._asked = set(asked)
