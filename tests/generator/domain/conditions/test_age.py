"""`age`: seconds since a moment that a gauge holds."""

from fractions import Fraction

import pytest

from generator.domain.conditions import Level
from generator.domain.signal import Aging, Missing
from tests.generator.domain.conditions.levels import flows, held
from tests.generator.specs import condition, refusal, refusals

WHEN = "{age: {of: last_order_timestamp}, above: 1h}"


def test_the_oldest_moment_decides() -> None:
    assert condition(WHEN).expression == "max(time() - last_order_timestamp) > 3600"


def test_the_sentence_speaks_of_time() -> None:
    assert condition(WHEN).sentence == "the time since `last_order_timestamp` is above 1 h"


@pytest.mark.parametrize(
    ("level", "seconds"),
    [(Level.BREACHED, 3780), (Level.AT_THRESHOLD, 3600), (Level.WITHIN, 3420), (Level.IDLE, 0)],
    ids=str,
)
def test_the_boundary_is_a_moment_that_moves_along_with_the_clock(level: Level, seconds: int) -> None:
    assert flows(condition(WHEN), level) == {"last_order_timestamp": Aging(Fraction(seconds))}


def test_a_missing_gauge_has_no_age() -> None:
    found = condition(WHEN)

    assert flows(found, Level.ABSENT) == {"last_order_timestamp": Missing()}
    assert held(found) == {Level.BREACHED}


def test_a_scaled_age_is_a_shorter_one() -> None:
    assert condition(WHEN).scaled(60).expression == "max(time() - last_order_timestamp) > 60"


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ("{age: {of: queue_length}, above: 1h}", "queue_length counts orders; an age needs a gauge of unit timestamp"),
        ("{age: {of: last_order_timestamp}, above: 5%}", "'5%' is not a number of seconds; write it as 45s"),
    ],
    ids=["no timestamp", "unit"],
)
def test_what_holds_no_moment_is_refused(when: str, problem: str) -> None:
    assert refusal(when) == problem


def test_a_counter_is_refused_for_both_of_its_reasons() -> None:
    found = refusals("{age: {of: visits_total}, above: 1h}")

    assert [problem.partition(";")[0] for problem in found] == [
        "visits_total counts visits",
        "visits_total is a counter, which only grows",
    ]
