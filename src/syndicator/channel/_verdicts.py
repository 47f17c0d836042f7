"""What a channel can answer when it does not do as asked: instructions, not faults.

    ChannelError
    ├── NotDone                     the platform has not acted: repeating cannot double
    │   ├── Retry(after)            try again, soon
    │   ├── RateLimited(until)      the account is asked too often
    │   ├── QuotaSpent(until)       the day's allowance is used up
    │   ├── ChannelDown             the platform or the way to it is out of order
    │   ├── SignInAgain             a person must sign in; then it goes on by itself
    │   └── Refused(field, reason)  final: the platform will not have it
    └── Unheard                     it may have acted
        ├── AnswerLost              the next attempt asks first, by itself
        └── Unknown(question)       nobody to ask; a person

The first branch is the question that exactly-once turns on: may anything have happened?
"""

from __future__ import annotations

from datetime import datetime


class ChannelError(Exception):
    """What a channel answered instead of doing as asked; raised by adapters, read by dispatch."""

    code = "SY-CHANNEL"

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason or (type(self).__doc__ or "").split("\n", maxsplit=1)[0])

    @property
    def reason(self) -> str:
        """The sentence for people."""
        return str(self.args[0])


class NotDone(ChannelError):
    """The platform has not acted."""

    code = "SY-NOT-DONE"


class Retry(NotDone):
    """The platform could not do it now."""

    code = "SY-RETRY"

    def __init__(self, reason: str = "", *, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after
        """Seconds until trying again makes sense; None leaves it to the dispatcher."""


class RateLimited(NotDone):
    """The account is asked too often."""

    code = "SY-RATE"

    def __init__(self, reason: str = "", *, until: datetime | None = None) -> None:
        super().__init__(reason)
        self.until = until
        """When the account may be asked again, aware; None: the platform did not say."""


class QuotaSpent(NotDone):
    """The allowance of the account is used up."""

    code = "SY-QUOTA"

    def __init__(self, reason: str = "", *, until: datetime | None = None) -> None:
        super().__init__(reason)
        self.until = until
        """When the allowance is renewed, aware; None: the platform did not say."""


class ChannelDown(NotDone):
    """The platform, or the way to it, is out of order."""

    code = "SY-DOWN"


class SignInAgain(NotDone):
    """The platform does not accept the account's credentials any more."""

    code = "SY-SIGN-IN"


class Refused(NotDone):
    """The platform will not have it."""

    code = "SY-REFUSED"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        """What of the release it will not have: `title`, `media`, `territories` …"""


class Unheard(ChannelError):
    """The platform may have acted."""

    code = "SY-UNHEARD"


class AnswerLost(Unheard):
    """The request may have arrived, and its answer did not."""

    code = "SY-LOST"


class Unknown(Unheard):
    """It may have happened, and there is nobody to ask."""

    code = "SY-UNKNOWN"

    @property
    def question(self) -> str:
        """What a person has to find out."""
        return self.reason


class ClaimLost(BaseException):
    """Another worker holds the release now: stop at once and touch nothing.

    A `BaseException`, so that an adapter's `except Exception` cannot swallow it.
    """


class Stopped(BaseException):
    """The run is ending: what is saved is saved, and the next run goes on from there."""
