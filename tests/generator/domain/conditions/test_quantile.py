"""`quantile`: from buckets, on a bucket's bound."""

from fractions import Fraction

import pytest

from generator.domain.conditions import Level
from generator.domain.signal import Growing, Missing
from tests.generator.domain.conditions.levels import MINUTE, flows, held
from tests.generator.specs import condition, refusal

WHEN = "{quantile: {of: 'duration_seconds{route=\"buy\"}', over: 10m, by: [route]}, above: 1s}"
BOUNDS = ("0.5", "1", "5", "+Inf")


def seen(when: str, level: Level) -> dict[str, Fraction]:
    """Observations per second up to each bound."""
    found = flows(condition(when), level)
    return {
        bound: flow.per_second
        for bound in BOUNDS
        if isinstance(flow := found[f'duration_seconds_bucket{{le="{bound}",route="buy"}}'], Growing)
    }


def test_the_buckets_are_summed_by_le_and_the_labels() -> None:
    buckets = 'sum by (route, le) (rate(duration_seconds_bucket{route="buy"}[10m]))'

    assert condition(WHEN).expression == f"histogram_quantile(0.95, {buckets}) > 1"


def test_another_quantile_is_taken_exactly_as_written() -> None:
    found = condition("{quantile: {of: duration_seconds, over: 10m, quantile: 0.999}, above: 1s}")

    assert found.expression == "histogram_quantile(0.999, sum by (le) (rate(duration_seconds_bucket[10m]))) > 1"
    assert found.sentence == "the p99.9 of `duration_seconds` over 10 minutes is above 1 s"


@pytest.mark.parametrize(
    ("level", "share"),
    [(Level.BREACHED, "0.9025"), (Level.AT_THRESHOLD, "0.95"), (Level.WITHIN, "0.9525")],
    ids=str,
)
def test_the_boundary_is_the_share_of_observations_up_to_the_threshold(level: Level, share: str) -> None:
    found = seen(WHEN, level)

    assert found["1"] / found["+Inf"] == Fraction(share)


def test_buckets_are_cumulative_and_all_of_them_are_there() -> None:
    found = list(seen(WHEN, Level.BREACHED).values())

    assert found == sorted(found)
    assert len(found) == len(BOUNDS)
    assert found[0] == 0


def test_an_idle_histogram_stands_still_and_an_absent_one_is_not_there() -> None:
    found = condition(WHEN)

    assert set(seen(WHEN, Level.IDLE).values()) == {Fraction(0)}
    assert set(flows(found, Level.ABSENT).values()) == {Missing()}
    assert held(found) == {Level.BREACHED}
    assert found.result_labels(MINUTE) == {"route": "buy"}


def test_a_scaled_quantile_looks_back_less_far_for_the_same_bound() -> None:
    found = condition(WHEN).scaled(60).expression

    assert "[10s]" in found
    assert found.endswith("> 1")


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        (
            "{quantile: {of: duration_seconds, over: 5m}, above: 2s}",
            "2 is no bucket bound of duration_seconds; use one",
        ),
        (
            "{quantile: {of: duration_seconds, over: 5m}, above: 5s}",
            "no estimate lies above 5, the last bucket bound of",
        ),
        ("{quantile: {of: duration_seconds_bucket, over: 5m}, above: 1s}", "duration_seconds_bucket is one part of a"),
        (
            "{quantile: {of: visits_total, over: 5m}, above: 1}",
            "visits_total is a counter; a quantile needs a histogram",
        ),
        ("{quantile: {of: duration_seconds, over: 1m}, above: 1s}", "1m is too short to see a change; look back 2m"),
        ("{quantile: {of: duration_seconds, over: 5m, by: [le]}, above: 1s}", "duration_seconds has no label 'le'; "),
        (
            "{quantile: {of: duration_seconds, over: 5m, quantile: 1}, above: 1s}",
            "1 is not below 1; write a share between 0 and 1, such as 0.95",
        ),
        (
            "{quantile: {of: duration_seconds, over: 5m}, above: 1GB}",
            "'1GB' is not a number of seconds; write it as 45s",
        ),
    ],
    ids=["between bounds", "last bound", "part", "counter", "short window", "le", "quantile of 1", "unit"],
)
def test_what_buckets_cannot_promise_is_refused(when: str, problem: str) -> None:
    assert problem in refusal(when)
