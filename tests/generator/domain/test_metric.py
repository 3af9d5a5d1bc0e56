"""Holds the catalogue's entries to what they say about labels and about how many series there can be."""

import pytest

from generator.domain.metric import Label, Metric, MetricType
from generator.domain.quantity import Unit
from tests.generator.specs import small

CLOSED = Label("code", ("2xx", "5xx"))
OPEN = Label("session", budget=100)


def metric(kind: MetricType, *labels: Label, bounds: tuple[int, ...] = ()) -> Metric:
    return Metric(
        "m", kind, Unit("events"), "Help.", labels, tuple(small().systems[0].metrics[2].buckets[: len(bounds)])
    )


@pytest.mark.parametrize(
    ("found", "series"),
    [
        (metric(MetricType.GAUGE), 1),
        (metric(MetricType.COUNTER, CLOSED), 2),
        (metric(MetricType.COUNTER, CLOSED, OPEN), 200),
        (metric(MetricType.HISTOGRAM, CLOSED, bounds=(1, 2, 3)), 2 * (3 + 3)),
        (metric(MetricType.GAUGE, Label("anything")), 1),
    ],
    ids=["plain", "closed label", "open label", "histogram with +Inf, sum and count", "open label without a budget"],
)
def test_a_metric_knows_how_many_series_a_target_can_expose(found: Metric, series: int) -> None:
    assert found.cardinality == series


def test_a_label_is_closed_when_its_values_are_listed() -> None:
    assert (CLOSED.is_open, CLOSED.size, CLOSED.example) == (False, 2, "2xx")
    assert (OPEN.is_open, OPEN.size, OPEN.example) == (True, 100, "example-session")


@pytest.mark.parametrize("name", ["job", "instance"])
def test_every_metric_has_the_labels_of_its_target(name: str) -> None:
    found = metric(MetricType.GAUGE).label(name)

    assert found is not None
    assert found.is_open


def test_a_metric_has_no_other_labels_than_its_own() -> None:
    found = metric(MetricType.GAUGE, CLOSED)

    assert found.label("code") == CLOSED
    assert found.label("le") is None
    assert found.label("user_id") is None


def test_a_metric_takes_the_job_of_its_system_unless_it_names_one() -> None:
    assert {one.job for one in small().systems[0].metrics} == {"shop"}


@pytest.mark.parametrize(("unit", "is_timestamp"), [("timestamp", True), ("seconds", False)])
def test_a_timestamp_is_told_by_its_unit(unit: str, is_timestamp: bool) -> None:
    assert Metric("m", MetricType.GAUGE, Unit(unit), "Help.").is_timestamp is is_timestamp
