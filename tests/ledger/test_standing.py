"""What the ledger tells for a ceiling: every publish, and what each cut came to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syndicator.insight.tellings import gather
from syndicator.ledger import open_ledger
from syndicator.ledger.ledger import Filter
from syndicator.model.figure import Figure, Measured

NOW = datetime(2026, 6, 9, tzinfo=UTC)
figures = st.builds(
    lambda cut, channel, metric, territory, day, value: Measured(
        series="s", cut=cut, channel=channel, source="t",
        figure=Figure(metric=metric, value=value, territory=territory, day=day, as_of=NOW,
                      currency="USD" if metric == "revenue" else None),
    ),
    st.sampled_from(["ep1", "ep2"]), st.sampled_from("ab"), st.sampled_from(["views", "revenue"]),
    st.sampled_from([None, "BR", "US"]), st.sampled_from([None, date(2026, 6, 1),
    date(2026, 6, 2)]), st.integers(-100, 1000),
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(figures, max_size=30))
def test_the_sums_are_those_of_the_tellings(tmp_path_factory, found: list[Measured]) -> None:
    folder: Path = tmp_path_factory.mktemp("ledger")
    ledger = open_ledger("sqlite:///l.db", folder)
    ledger.keep_figures(found, now=NOW)
    for metric in ("views", "revenue"):
        told = gather(ledger.figures(Filter(), metrics=(metric,)), metric)
        wanted = {tuple(subject): each.total() for subject, each in told.items()}
        assert {tuple(names): whole for *names, whole in ledger.sums(metric)} == wanted
    ledger.close()
