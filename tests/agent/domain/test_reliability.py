"""Holds the objectives' figures to their definitions."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.reliability import Finished, Standing, measure, nearest_rank
from agent.domain.run import RunState

OK, BAD, CUT = RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED


def runs(*states: RunState, seconds: float = 1.0) -> list[Finished]:
    return [Finished(state, seconds) for state in states]


def test_nothing_finished_is_no_failure() -> None:
    assert (measure([]).failure_rate, measure([]).latency_p95_sec) == (0.0, 0.0)


def test_cancelled_runs_count_neither_way() -> None:
    assert measure(runs(OK, BAD, CUT, CUT)).failure_rate == 0.5


def test_only_the_newest_300_count() -> None:
    assert measure(runs(*[OK] * 300, *[BAD] * 100)).failure_rate == 0.0


def test_a_run_without_a_start_counts_and_has_no_latency() -> None:
    assert measure([Finished(BAD, None), Finished(OK, 3.0)]).latency_p95_sec == 3.0


@pytest.mark.parametrize(("size", "rank"), [(1, 1), (2, 2), (19, 19), (20, 19), (100, 95), (300, 285)])
def test_p95_is_the_nearest_rank(size: int, rank: int) -> None:
    assert nearest_rank([float(value) for value in range(1, size + 1)], 95) == rank


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_at_least_95_percent_do_not_exceed_p95(values: list[float]) -> None:
    p95 = nearest_rank(values, 95)

    assert statistics.mean(value <= p95 for value in values) >= 0.95 or p95 == max(values)
    assert p95 in values


@pytest.mark.parametrize(
    ("window", "standing"),
    [
        (runs(*[OK] * 4, BAD), Standing.OK),
        (runs(*[OK] * 3, BAD), Standing.DEGRADED),
        (runs(OK, BAD), Standing.DEGRADED),
        (runs(OK, BAD, BAD), Standing.CRITICAL),
        (runs(OK, seconds=45.0), Standing.OK),
        (runs(OK, seconds=45.1), Standing.DEGRADED),
    ],
)
def test_the_standing_has_the_alerts_thresholds(window: list[Finished], standing: Standing) -> None:
    assert measure(window).standing is standing
