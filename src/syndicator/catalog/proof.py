"""What series.yaml says for those who ask for proof: documents, disclosures, machines' part, tags.

Documents are hashed here, and what was found goes into the model: rules that judge it stay pure.
A document that is missing or was changed is a warning here; the rule `chain-of-title` keeps back
what needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from syndicator.catalog.config import territories
from syndicator.catalog.faults import Faults
from syndicator.catalog.folder import SeriesFolder
from syndicator.model.placed import Node
from syndicator.model.proof import Disclosure, Document
from syndicator.model.territory import EVERYWHERE, Territories


def read_documents(
    node: Node | None, folder: SeriesFolder, faults: Faults
) -> tuple[Document, ...]:  # fmt: skip
    """Return the documents that are listed, each with the digest of the file that is there."""
    items: Sequence[Node] = node.value if node else ()
    names = [str(each.value["file"].value) for each in items]
    known = folder.learn([name for name in names if folder.has(name)])
    found = []
    for name, each in zip(names, items, strict=True):
        data, learned = each.value, known.get(name)
        there = learned.sha256 if learned else ""
        begins, ends = _day("valid_from", each, faults), _day("valid_until", each, faults)
        if begins and ends and ends < begins:
            faults.add("empty-window", "this document never holds", data["valid_until"],
                       found=ends, expected=f"{begins} or later")  # fmt: skip
        if not there:
            faults.warn("missing-document", f"{name} is not there, or cannot be read",
                        data["file"], expected="the document that is listed",
                        hint="where `chain-of-title` asks for it, nothing goes out")  # fmt: skip
        elif there != str(data["sha256"].value).lower():
            faults.warn("changed-document", f"{name} is not the document that was listed",
                        data["sha256"], expected=f"sha256 {there}, if this is the right one",
                        hint="where `chain-of-title` asks for it, nothing goes out")  # fmt: skip
        found.append(
            Document(
                kind=str(data["kind"].value),
                file=name,
                sha256=str(data["sha256"].value).lower(),
                found=there or None,
                trouble=f"cannot be read: {learned.why}" if learned and not there else "",
                valid_from=begins,
                valid_until=ends,
                territories=_where(data.get("territories"), faults),
                place=each.place,
            )
        )
    return tuple(found)


def read_disclosures(node: Node | None, faults: Faults) -> tuple[Disclosure, ...]:
    """Return the disclosures that are listed."""
    return tuple(
        Disclosure(
            kind=str(each.value["kind"].value),
            territories=_where(each.value.get("territories"), faults),
            reference=str(each.value["reference"].value) if "reference" in each.value else "",
        )
        for each in (node.value if node else ())
    )


def read_ai(
    node: Node | None, production: str | None, faults: Faults
) -> tuple[tuple[str, str], ...]:
    """Return what machines had a part in; a warning where `production` says otherwise.

    Channels label a series by its `production`, so what is generated and called something else
    goes out without a label.
    """
    parts = {name: str(each.value) for name, each in (node.value if node else {}).items()}
    made = production == "ai_generated"
    if node and not made and parts.get("picture") == "generated":
        faults.warn("ai-production", "a machine made the pictures, and channels are not told",
                    node.value["picture"], expected="production: ai_generated",
                    hint="channels label a series by its `production`")  # fmt: skip
    if node and made and parts.get("picture") == "none":
        faults.warn("ai-production", "channels are told that a machine made it, and here they "
                    "are not", node.value["picture"], expected="production: live_action or "
                    "animation, or `picture: generated`")  # fmt: skip
    return tuple(sorted(parts.items()))


def _day(key: str, node: Node, faults: Faults) -> date | None:
    if key not in node.value:
        return None
    value = node.value[key].value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        faults.add("bad-date", "this is no date", node.value[key], expected="like 2028-12-31")
        return None


def _where(node: Node | None, faults: Faults) -> Territories:
    return territories(node, faults) if node else EVERYWHERE
