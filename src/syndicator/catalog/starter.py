"""The workspace that `syndicate init` writes: small, commented, in order once media are there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

CONFIG = """\
# syndicator.toml: your channels and where it is recorded what happened.
name = "My studio"

[ledger]
url = "sqlite:///syndicator.db"      # one file; keep it, it is the memory of every release

# A channel is one account on one platform. Its name is yours to choose.
[channels.app]
{channel}territories = ["WORLD"]              # where it may be seen; "-CN" leaves China out

# [channels.another]
# adapter = "…"                      # syndicate plugin list shows what is installed
# territories = ["BR"]
# credentials = "env:MY_TOKEN"       # env:, file: or keyring: — never the secret itself

# [release]
# stage_ahead = "24h"                # bytes may lie hidden on a channel so long before the date
"""

SERIES = """\
# yaml-language-server: $schema=https://syndicator.dev/schemas/series.json
# One folder for each series: this file, the episodes, captions and posters beside it.
id: my-series                        # the folder's name
original_language: en                # BCP-47
year: 2026
production: live_action              # live_action | animation | ai_generated
localizations:
  en:    {title: My Series, synopsis: "What it is about."}
  pt-BR: {title: Minha Série, synopsis: "Do que se trata."}
episodes: {count: 3, media: "ep{number:03d}.mp4"}     # ep001.mp4, ep002.mp4, ep003.mp4
# captions are found by name: ep001.en.vtt, ep001.pt-BR.srt; so are posters: poster.pt-BR.jpg
# cuts:
#   - {id: trailer, kind: trailer, media: trailer.mp4}
avails:                              # what you may show where; nothing leaves without a row
  - territories: [WORLD]
    channels: ["*"]
    business_model: [free, unlock]
    start: 2026-01-01
    end: 2031-01-01                  # from then on it is off; the takedown is planned today
"""

CALENDAR = """\
# yaml-language-server: $schema=https://syndicator.dev/schemas/calendar.json
series: my-series
time_zone: territory                 # 20:00 means 20:00 there; or one zone, like Asia/Jakarta
drops:                               # episodes of one line come out at the same moment
  - {episodes: 1, at: 2026-12-01 20:00}
  - {episodes: 2-3, every: day, count: 1, from: 2026-12-02 20:00}
channels:
  app: {terms: {model: free}}
  # or {terms: {model: unlock, free_episodes: 1, unlock_price: {amount: "0.99", currency: USD}}}
waves:                               # territories that open together
  - {name: pilot, territories: [BR, ID]}
  - {name: main,  territories: [US, GB, DE], after: {wave: pilot, delay: 7d}}
"""

IGNORED = """\
# what syndicate writes
/.syndicator/
/syndicator.db*
/app/
"""


def files(adapter: str, options_schema: Mapping[str, Any]) -> dict[str, str]:
    """Return the files of a new workspace by path, with one channel on the adapter given.

    Options that the adapter needs are written with the first example its schema gives.
    """
    return {
        "syndicator.toml": CONFIG.replace("{channel}", _channel(adapter, options_schema)),
        "catalog/my-series/series.yaml": SERIES,
        "calendars/my-series.yaml": CALENDAR,
        ".gitignore": IGNORED,
    }


def _channel(adapter: str, schema: Mapping[str, Any]) -> str:
    lines = [_entry("adapter", adapter, "syndicate plugin list shows the others")]
    for name in schema.get("required", ()):
        about = schema["properties"][name]
        example = (about.get("examples") or ["…"])[0]
        lines.append(_entry(name, example, about.get("description", "").split(". ")[0]))
    return "".join(lines)


def _entry(name: str, value: Any, comment: str) -> str:
    entry = f"{name} = {json.dumps(value)}"
    return f"{entry:<36} # {comment}\n"
