"""`state`: a gauge that encodes a state stands at a bad value."""

from fractions import Fraction

import pytest

from generator.domain.conditions import Level
from generator.domain.signal import Missing, Steady
from tests.generator.domain.conditions.levels import MINUTE, flows, held
from tests.generator.specs import condition, refusal

OPEN = "{state: {of: breaker_state, is: open, by: [name]}}"
SERIES = 'breaker_state{name="db"}'


@pytest.mark.parametrize(
    ("when", "expression"),
    [
        (OPEN, "count by (name) (breaker_state == 0) > 0"),
        ("{state: {of: breaker_state, is: half}}", "count(breaker_state == 0.5) > 0"),
        ("{state: {of: breaker_state, is: 0.5}}", "count(breaker_state == 0.5) > 0"),
        ("{state: {of: queue_length, is: 7}}", "count(queue_length == 7) > 0"),
    ],
    ids=["by name of the state", "between", "by number", "without names"],
)
def test_series_at_the_value_are_counted(when: str, expression: str) -> None:
    assert condition(when).expression == expression


@pytest.mark.parametrize(
    ("when", "watched"),
    [
        ("{state: {of: breaker_state, is: open, within: 10m}}", "min_over_time(breaker_state[10m]) == 0"),
        ("{state: {of: breaker_state, is: closed, within: 10m}}", "max_over_time(breaker_state[10m]) == 1"),
        ("{state: {of: queue_length, is: 0, within: 10m}}", "min_over_time(queue_length[10m]) == 0"),
        ("{state: {of: queue_length, is: 1, within: 10m}}", "max_over_time(queue_length[10m]) == 1"),
    ],
    ids=["lowest", "highest", "lowest without names", "highest without names"],
)
def test_a_flash_of_another_state_is_bridged(when: str, watched: str) -> None:
    assert condition(when).expression == f"count({watched}) > 0"


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        (OPEN, "`breaker_state` per name is 0 (open)"),
        ("{state: {of: queue_length, is: 7}}", "`queue_length` is 7"),
    ],
    ids=["with a name", "without"],
)
def test_the_sentence_names_the_state(when: str, sentence: str) -> None:
    assert condition(when).sentence == sentence


@pytest.mark.parametrize(
    ("when", "bad", "good"),
    [
        ("{state: {of: breaker_state, is: open}}", "0", "1/2"),
        ("{state: {of: breaker_state, is: half}}", "1/2", "1"),
        ("{state: {of: breaker_state, is: closed}}", "1", "1/2"),
    ],
    ids=["open", "half", "closed"],
)
def test_the_boundary_is_the_nearest_other_state(when: str, bad: str, good: str) -> None:
    found = condition(when)

    assert flows(found, Level.BREACHED) == {SERIES: Steady(Fraction(bad))}
    assert flows(found, Level.AT_THRESHOLD) == {SERIES: Steady(Fraction(good))}
    assert flows(found, Level.ABSENT) == {SERIES: Missing()}


@pytest.mark.parametrize("value", ["0", "1", "0.5", "2", "-3"])
def test_without_names_the_other_state_is_another_value(value: str) -> None:
    found = condition(f"{{state: {{of: 'queue_length{{shop=\"north\"}}', is: {value}}}}}")

    (bad,), (good,) = flows(found, Level.BREACHED).values(), flows(found, Level.WITHIN).values()
    assert bad == Steady(Fraction(value))
    assert good in {Steady(Fraction(0)), Steady(Fraction(1))} - {bad}


def test_it_holds_in_the_bad_state_only_and_keeps_the_labels() -> None:
    found = condition(OPEN)

    assert held(found) == {Level.BREACHED}
    assert found.result_labels(MINUTE) == {"name": "db"}


def test_a_scaled_state_bridges_shorter_flashes() -> None:
    found = condition("{state: {of: breaker_state, is: open, within: 10m}}")

    assert found.scaled(60).expression == "count(min_over_time(breaker_state[10s]) == 0) > 0"


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ("{state: {of: breaker_state, is: opn}}", "'opn' is no state of breaker_state; did you mean 'open'?"),
        ("{state: {of: breaker_state, is: 2}}", "2 is no state of breaker_state; known here: closed (1), half (0.5)"),
        ("{state: {of: breaker_state, is: half, within: 5m}}", "0.5 lies between other states; only an extreme state"),
        ("{state: {of: breaker_state, is: open, within: 0s}}", "a window of no length"),
        ("{state: {of: visits_total, is: 1}}", "visits_total is a counter, which only grows"),
        ("{state: {of: breaker_state, is: open}, above: 1}", "this kind of condition takes no such threshold"),
    ],
    ids=["typo", "no state", "between", "no window", "counter", "threshold"],
)
def test_what_is_no_state_is_refused(when: str, problem: str) -> None:
    assert refusal(when).startswith(problem)
