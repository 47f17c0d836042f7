"""The pytest plugin: says at the end how many cells and checks each channel was put through."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

PROPERTY = "conformance"


def pytest_unconfigure() -> None:
    """Let go of the laboratories, if any test had one."""
    kit = sys.modules.get("syndicator.channel.testing._pytest")
    if kit is not None:
        kit.close_all()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print a line for each channel."""
    counted: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for outcome in ("passed", "failed", "skipped"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, value in getattr(report, "user_properties", ()):
                if name == PROPERTY:
                    adapter, number = value
                    counted[adapter] += number
                    failed[adapter] += outcome == "failed"
    if counted:
        terminalreporter.section("conformance")
    for adapter, number in sorted(counted.items()):
        said = "all green" if not failed[adapter] else f"{failed[adapter]} tests failed"
        terminalreporter.line(f"{adapter}: {number} cells and checks, {said}")
