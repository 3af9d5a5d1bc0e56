"""Regression gates: what they say about scores, at their thresholds and without enough of them."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.quality import Score, Signal
from agent.domain.regression import Comparator, Gate, GateSeverity, Measure, Verdict, judge
from tests.agent.makers import NOON

DAY = timedelta(days=1)


def gate(**changes: Any) -> Gate:  # noqa: ANN401
    fields: dict[str, Any] = {
        "id": "G1",
        "measure": Measure.EVAL_PASS_RATE,
        "comparator": Comparator.MIN_VALUE,
        "threshold": 0.8,
        "severity": GateSeverity.BLOCKER,
        "created_at": NOON,
        "min_samples": 5,
    }
    return Gate(**{**fields, **changes})


def scores(
    passed: int, failed: int, *, days_ago: int = 1, role: str = "default", signal: Signal = Signal.EVALUATION
) -> list[Score]:
    values = [1.0] * passed + [0.0] * failed
    return [Score("local", role, signal, value, NOON - days_ago * DAY) for value in values]


def test_a_gate_holds_at_its_threshold_and_not_below() -> None:
    assert judge(gate(), scores(8, 2), NOON).verdict is Verdict.PASS
    assert judge(gate(), scores(7, 3), NOON).verdict is Verdict.BLOCK


def test_a_gate_that_warns_never_blocks() -> None:
    assert judge(gate(severity=GateSeverity.WARN), scores(0, 10), NOON).verdict is Verdict.WARN


def test_too_few_scores_say_nothing() -> None:
    assert judge(gate(), scores(0, 4), NOON).verdict is Verdict.INSUFFICIENT_DATA
    assert judge(gate(), scores(0, 5), NOON).verdict is Verdict.BLOCK


def test_only_scores_of_the_window_the_role_and_the_signal_count() -> None:
    outside = [
        *scores(0, 10, days_ago=15),
        *scores(0, 10, role="other"),
        *scores(0, 10, signal=Signal.FEEDBACK),
    ]
    assert judge(gate(role_scope="default"), [*outside, *scores(5, 0)], NOON).verdict is Verdict.PASS
    assert judge(gate(), [*outside, *scores(5, 0)], NOON).samples == 15


@pytest.mark.parametrize(
    ("comparator", "threshold", "before", "after", "expected"),
    [
        (Comparator.MAX_DROP, 0.1, 8, 7, Verdict.PASS),
        (Comparator.MAX_DROP, 0.1, 8, 6, Verdict.BLOCK),
        (Comparator.MAX_DROP, 0.1, 8, 9, Verdict.PASS),
        (Comparator.MIN_IMPROVEMENT, 0.1, 7, 8, Verdict.PASS),
        (Comparator.MIN_IMPROVEMENT, 0.1, 8, 8, Verdict.BLOCK),
    ],
)
def test_a_change_is_measured_against_the_window_before(
    comparator: Comparator, threshold: float, before: int, after: int, expected: Verdict
) -> None:
    asked = gate(comparator=comparator, threshold=threshold)
    found = judge(asked, [*scores(before, 10 - before, days_ago=20), *scores(after, 10 - after)], NOON)
    assert found.verdict is expected
    assert found.delta == pytest.approx((after - before) / 10)


def test_without_the_window_before_a_change_says_nothing() -> None:
    asked = gate(comparator=Comparator.MAX_DROP)
    assert judge(asked, scores(0, 10), NOON).verdict is Verdict.INSUFFICIENT_DATA
    assert judge(asked, [*scores(4, 0, days_ago=20), *scores(0, 10)], NOON).verdict is Verdict.INSUFFICIENT_DATA


@given(passed=st.integers(0, 30), failed=st.integers(0, 30), threshold=st.floats(0, 1))
def test_acceptance_and_rejection_are_two_sides_of_one_rate(passed: int, failed: int, threshold: float) -> None:
    told = scores(passed, failed, signal=Signal.FEEDBACK)
    accepted = judge(gate(measure=Measure.FEEDBACK_ACCEPTANCE_RATE, threshold=threshold), told, NOON).current
    rejected = judge(gate(measure=Measure.FEEDBACK_REJECTION_RATE, threshold=threshold), told, NOON).current
    if passed + failed:
        assert accepted is not None
        assert accepted + (rejected or 0.0) == pytest.approx(1)
    else:
        assert (accepted, rejected) == (None, None)
