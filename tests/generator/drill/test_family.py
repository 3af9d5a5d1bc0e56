"""How a metric is exposed; read back by Prometheus' own client library."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from generator.domain.metric import Label, Metric, MetricType
from generator.domain.quantity import Unit
from generator.domain.signal import Growing
from generator.drill.exporter.family import Family, Histogram, family, key_of

NOW = 1_000.0
HISTOGRAM = Metric(
    "took_seconds",
    MetricType.HISTOGRAM,
    Unit("seconds"),
    "How long it took",
    labels=(Label("way", ("in", "out")),),
    buckets=(Fraction(1), Fraction(5, 2), Fraction(10)),
)
GAUGE = Metric("level", MetricType.GAUGE, Unit("things"), 'A "level"\nof things', labels=(Label("name", budget=3),))


def exposed(each: Family, now: float) -> list[Sample]:
    text = "".join(f"{line}\n" for line in each.lines(now))
    return [sample for found in text_string_to_metric_families(text) for sample in found.samples]


def histogram(per_second: int = 0) -> Histogram:
    made = family(HISTOGRAM, {key_of({"way": "in"}): Growing(Fraction(per_second))}, NOW)
    assert isinstance(made, Histogram)
    return made


def values(samples: list[Sample]) -> dict[str, float]:
    return {f"{each.name.removeprefix('took_seconds_')}{each.labels.get('le', '')}": each.value for each in samples}


def test_healthy_observations_are_small_ones() -> None:
    found = values(exposed(histogram(2), NOW + 10))

    assert found == {"bucket1": 20, "bucket2.5": 20, "bucket10": 20, "bucket+Inf": 20, "count": 20, "sum": 20}


def test_sum_and_count_are_made_of_the_buckets() -> None:
    each = histogram()
    for bound in ("10", "+Inf"):
        for track in each.tracks("took_seconds_bucket", {"way": "in", "le": bound}, NOW):
            track.play(Growing(Fraction(3)), NOW)

    found = values(exposed(each, NOW + 10))

    assert (found["count"], found["sum"], found["bucket2.5"], found["bucket10"]) == (30, 300, 0, 30)


def test_counting_observations_counts_small_ones_in_every_bucket() -> None:
    each = histogram()
    for track in each.tracks("took_seconds_count", {"way": "in"}, NOW):
        track.play(Growing(Fraction(1)), NOW)

    found = values(exposed(each, NOW + 5))

    assert {found["bucket1"], found["bucket+Inf"], found["count"]} == {5}


@given(st.lists(st.tuples(st.sampled_from(["1", "2.5", "10", "+Inf"]), st.integers(0, 9)), max_size=6))
def test_buckets_are_cumulative_whatever_is_driven(driven: list[tuple[str, int]]) -> None:
    each = histogram(1)
    for bound, speed in driven:
        for track in each.tracks("took_seconds_bucket", {"way": "in", "le": bound}, NOW):
            track.play(Growing(Fraction(speed)), NOW)

    buckets = [sample.value for sample in exposed(each, NOW + 7) if sample.name.endswith("_bucket")]

    assert buckets == sorted(buckets)


def test_a_series_nobody_knew_is_there_from_now_on() -> None:
    each = family(GAUGE, {}, NOW)
    each.tracks("level", {"name": 'q"\\\n'}, NOW)

    (sample,) = exposed(each, NOW)

    assert sample.labels == {"name": 'q"\\\n'}


def test_a_hidden_metric_is_not_exposed_at_all() -> None:
    each = histogram(1)
    each.hidden = True

    assert list(each.lines(NOW)) == []


def test_a_cleared_metric_shows_only_what_is_held_afterwards() -> None:
    each = histogram(1)
    each.clear()

    assert exposed(each, NOW + 5) == []
