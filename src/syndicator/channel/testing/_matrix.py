"""The report: a matrix for people, JSON and JUnit XML for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree as ET

import attrs

from syndicator.channel.testing._proxy import Exchange
from syndicator.channel.testing._sweep import Result

MARKS = {"passed": "·", "failed": "F", "unknown": "?", "waived": "w"}


@attrs.define
class Report:
    """What came of all that was tried of one channel."""

    adapter: str
    """As it was called for: its name, or `module:Class`."""

    kinds: Sequence[str]
    exchanges: dict[str, list[Exchange]] = attrs.field(factory=dict)
    cells: list[Result] = attrs.field(factory=list)
    checks: list[Result] = attrs.field(factory=list)

    @property
    def counts(self) -> Counter[str]:
        """How many cells and checks came to each verdict."""
        return Counter(each.verdict for each in (*self.cells, *self.checks))

    @property
    def is_green(self) -> bool:
        """Whether nothing failed."""
        return not self.counts["failed"]

    def sentence(self) -> str:
        """Return it in one line."""
        parts = [f"{number} {verdict}" for verdict, number in sorted(self.counts.items())]
        return (
            f"{self.adapter}: {len(self.cells)} cells and {len(self.checks)} checks: "
            + ", ".join(parts)
        )

    def lines(self) -> Iterator[str]:
        """Yield the report for people."""
        yield from self._matrix()
        for each in self.checks:
            why = f"   ({each.why[0]})" if each.verdict == "waived" else ""
            yield f"{MARKS[each.verdict]} {each.name:<12} {each.about}{why}"
        yield ""
        for each in (*self.cells, *self.checks):
            if each.verdict == "failed":
                yield from self._failure(each)
        yield self.sentence()

    def _matrix(self) -> Iterator[str]:
        marks = {each.name: MARKS[each.verdict] for each in self.cells}
        rows = [(operation, each) for operation, every in self.exchanges.items() for each in every]
        if not marks or not rows:
            return
        width = max(len(_row_name(operation, each)) for operation, each in rows)
        for number, kind in enumerate(self.kinds):
            yield " " * (width + 1) + "│" * number + f"┌ {kind}"
        for operation, each in rows:
            cells = (f"{operation}/{each.number}/{kind}" for kind in self.kinds)
            yield f"{_row_name(operation, each):<{width}} " + "".join(
                marks.get(cell, " ") for cell in cells
            )
        pairs = Counter(MARKS[each.verdict] for each in self.cells if each.name.count("/") > 2)  # noqa: PLR2004 - two faults
        if pairs:
            told = ", ".join(f"{number} {mark}" for mark, number in sorted(pairs.items()))
            yield f"pairs of faults in publishing: {told}"
        yield "· passed   ? a question for a person, as declared   F failed"
        yield ""

    def _failure(self, each: Result) -> Iterator[str]:
        yield f"FAILED {each.name}: {each.about}"
        yield from (f"    {why}" for why in each.why)
        yield f"    again: {self._again(each)}"
        yield ""

    def _again(self, each: Result) -> str:
        return f"syndicate plugin check {self.adapter} --only {each.name}"

    def as_json(self) -> dict[str, Any]:
        """Return the report for machines (schemas/conformance.json)."""
        return {
            "adapter": self.adapter,
            "green": self.is_green,
            "counts": dict(self.counts),
            "cells": [self._one(each) for each in self.cells],
            "checks": [self._one(each) for each in self.checks],
        }

    def _one(self, each: Result) -> dict[str, Any]:
        found = {"name": each.name, "verdict": each.verdict, "about": each.about,
                 "why": list(each.why)}  # fmt: skip
        return {**found, "again": self._again(each)} if each.verdict == "failed" else found

    def as_junit(self) -> str:
        """Return the report as JUnit XML."""
        every = [*self.cells, *self.checks]
        suite = ET.Element(
            "testsuite", name=f"conformance of {self.adapter}", tests=str(len(every)),
            failures=str(self.counts["failed"]), skipped=str(self.counts["waived"]),
        )  # fmt: skip
        for each in every:
            case = ET.SubElement(suite, "testcase", classname=self.adapter, name=each.name)
            if each.verdict == "failed":
                text = "\n".join([each.about, *each.why, self._again(each)])
                ET.SubElement(case, "failure", message=each.why[0]).text = text
            elif each.verdict == "waived":
                ET.SubElement(case, "skipped", message=each.why[0])
        return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suite, encoding="unicode")


def _row_name(operation: str, exchange: Exchange) -> str:
    name = f"{operation}/{exchange.number} {exchange.phase} {exchange.method} {exchange.path}"
    return name if len(name) <= 70 else name[:67] + "..."  # noqa: PLR2004 - of 80 columns
