"""Holds our text format to the library's."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from agent.metrics import Metrics
from agent.metrics.exposition import exposition

VALUES = st.floats(allow_nan=True, allow_infinity=True)


@given(label=st.text(), other=st.text(), gauge=VALUES, amount=st.floats(min_value=0, max_value=1e18), seen=VALUES)
def test_any_labels_and_values_are_written_as_the_library_writes_them(
    label: str, other: str, gauge: float, amount: float, seen: float
) -> None:
    registry = CollectorRegistry()
    Gauge("a_gauge", "Without labels", registry=registry).set(gauge)
    Gauge("b_gauge", "With labels", ["z", "a"], registry=registry).labels(label, other).set(gauge)
    Counter("a_counter_total", "Counts", ["z"], registry=registry).labels(label).inc(amount)
    Histogram("a_histogram", "Observes", ["z"], buckets=(0.5, 1, 2.5), registry=registry).labels(other).observe(seen)
    Counter("no_children_total", "Nothing yet", ["z"], registry=registry)

    assert exposition(registry) == generate_latest(registry)


def test_a_fresh_agent_is_written_as_the_library_writes_it() -> None:
    metrics = Metrics.fresh(started_at=datetime(2026, 1, 1, tzinfo=UTC))

    assert metrics.exposition() == generate_latest(metrics.registry)


def test_no_help_needs_an_escape() -> None:
    metrics = Metrics.fresh(started_at=datetime(2026, 1, 1, tzinfo=UTC))

    assert [family.name for family in metrics.registry.collect() if {"\\", "\n"} & set(family.documentation)] == []
