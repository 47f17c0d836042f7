"""The public API for channel authors: import this, and nothing else of syndicator.

import syndicator.channel as sc

class Acme(sc.Channel):
    name = "acme"
    def publish(self, release, progress): ...

@sc.hookimpl
def register_adapters():
    return [Acme]
"""

from pluggy import HookimplMarker

from syndicator.channel._answer import Answer
from syndicator.channel._base import API_VERSION, Account, Channel
from syndicator.channel._hooks import Forged, Heard
from syndicator.channel._oauth import OAuth
from syndicator.channel._part import FilePart
from syndicator.channel._progress import ABSENT, Checkpoint, Progress
from syndicator.channel._release import Release, Sibling
from syndicator.channel._secret import Secret
from syndicator.channel._text import in_bytes, in_utf16, shorten
from syndicator.channel._verdicts import (
    AnswerLost,
    ChannelDown,
    ChannelError,
    ClaimLost,
    NotDone,
    QuotaSpent,
    RateLimited,
    Refused,
    Retry,
    SignInAgain,
    Stopped,
    Unheard,
    Unknown,
)
from syndicator.model.capabilities import Capabilities, Quota, Reconcile, TerritoryControl
from syndicator.model.figure import Figure
from syndicator.model.release import Action, Gone, Pending, Reason, Receipt, ReleaseKey, Task
from syndicator.model.territory import Territories

hookimpl = HookimplMarker("syndicator")

__all__ = [
    "ABSENT",
    "API_VERSION",
    "Account",
    "Action",
    "Answer",
    "AnswerLost",
    "Capabilities",
    "Channel",
    "ChannelDown",
    "ChannelError",
    "Checkpoint",
    "ClaimLost",
    "Figure",
    "FilePart",
    "Forged",
    "Gone",
    "Heard",
    "NotDone",
    "OAuth",
    "Pending",
    "Progress",
    "Quota",
    "QuotaSpent",
    "RateLimited",
    "Reason",
    "Receipt",
    "Reconcile",
    "Refused",
    "Release",
    "ReleaseKey",
    "Retry",
    "Secret",
    "Sibling",
    "SignInAgain",
    "Stopped",
    "Task",
    "Territories",
    "TerritoryControl",
    "Unheard",
    "Unknown",
    "hookimpl",
    "in_bytes",
    "in_utf16",
    "shorten",
]
