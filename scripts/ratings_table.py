"""Derive the table of rating systems that `compliance/ratings.py` reads.

`python scripts/ratings_table.py CMR_Ratings_v2.5.1.xml` prints it, from the file that MovieLabs
publishes (MovieLabs/mddf on GitHub, MIT; the licence is carried beside the table).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, parse

NAMES = {
    "m": "http://www.movielabs.com/schema/mdcr/v1.1",
    "md": "http://www.movielabs.com/schema/md/v2.1/md",
}


def table(path: Path) -> list[dict[str, Any]]:
    """Return each system: its name, where it is used, its values now and those of former times."""
    return [_system(each) for each in parse(path).getroot().findall("m:RatingSystem", NAMES)]


def _system(node: Element) -> dict[str, Any]:
    name = node.find("m:RatingSystemID", NAMES)
    own = [each.text for each in name.findall("m:Region/md:country", NAMES)]
    adopted = [
        each.findtext("md:country", None, NAMES) for each in node.findall("m:AdoptiveRegion", NAMES)
    ]
    ratings = node.findall("m:Rating", NAMES)
    former = [each for each in ratings if each.findtext("m:Deprecated", "", NAMES) == "true"]
    found = {
        "system": name.findtext("m:System", "", NAMES),
        "territories": sorted({code for code in (*own, *adopted) if code and code != "ZZ"}),
        "values": [each.get("ratingID") for each in ratings if each not in former],
        "former": [each.get("ratingID") for each in former],
    }
    return {key: value for key, value in found.items() if value != []}


def text(path: Path) -> str:
    """Return the table as the file holds it: one system a line."""
    lines = [json.dumps(each, ensure_ascii=False) for each in table(path)]
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    sys.stdout.write(text(Path(sys.argv[1])))
