"""`any`: one event is one too many."""

import pytest

from generator.domain.conditions import Level
from generator.domain.signal import Bursting, Missing
from tests.generator.domain.conditions.levels import MINUTE, flows, held
from tests.generator.specs import alert, condition, refusal

WHEN = "{any: {of: 'requests_total{code=\"5xx\"}', over: 10m}}"
SERIES = 'requests_total{code="5xx",session="example-session"}'


def test_it_is_a_count_above_nothing() -> None:
    counted = condition("{count: {of: 'requests_total{code=\"5xx\"}', over: 10m}, above: 0}")

    assert condition(WHEN).expression == counted.expression


def test_the_sentence_says_that_one_is_enough() -> None:
    assert condition(WHEN).sentence == 'at least one `requests_total{code="5xx"}` happened within 10 minutes'


def test_the_boundary_is_between_no_event_and_one() -> None:
    found = condition(WHEN)

    assert flows(found, Level.BREACHED) == {SERIES: Bursting(1, MINUTE * 10)}
    assert flows(found, Level.AT_THRESHOLD) == {SERIES: Bursting(0, MINUTE * 10)}
    assert flows(found, Level.ABSENT) == {SERIES: Missing()}
    assert held(found) == {Level.BREACHED}


def test_it_does_not_wait_unless_the_spec_says_so() -> None:
    assert not alert("ServerError").wait


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ("{any: {of: visits_total, over: 5m}, above: 3}", "this kind of condition takes no such threshold; remove it"),
        ("{any: {of: queue_length, over: 5m}}", "events cannot be counted with the gauge queue_length"),
    ],
    ids=["threshold", "gauge"],
)
def test_a_threshold_or_a_gauge_is_refused(when: str, problem: str) -> None:
    assert refusal(when).startswith(problem)
