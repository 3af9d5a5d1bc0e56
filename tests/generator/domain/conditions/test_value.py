"""`value`: the worst series of a gauge against a number."""

from fractions import Fraction

import pytest

from generator.domain.conditions import Level
from generator.domain.signal import Missing, Steady
from generator.spec import load_text
from tests.generator.domain.conditions.levels import MINUTE, flows, held
from tests.generator.specs import alert as alert_of
from tests.generator.specs import changed, condition, refusal

ABOVE = "{value: {of: queue_length, by: [shop]}, above: 100}"
BELOW = "{value: {of: 'queue_length{shop=\"north\"}'}, below: 20}"
NORTH = 'queue_length{shop="north"}'


@pytest.mark.parametrize(
    ("when", "expression"),
    [(ABOVE, "max by (shop) (queue_length) > 100"), (BELOW, 'min(queue_length{shop="north"}) < 20')],
    ids=["above", "below"],
)
def test_the_largest_value_is_too_much_and_the_smallest_too_little(when: str, expression: str) -> None:
    found = condition(when)

    assert found.expression == expression
    assert expression.startswith(found.measured)


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        (ABOVE, "the largest `queue_length` per shop is above 100 orders"),
        (BELOW, 'the smallest `queue_length{shop="north"}` is below 20 orders'),
    ],
    ids=["above", "below"],
)
def test_the_sentence_names_the_extreme_the_labels_and_the_threshold(when: str, sentence: str) -> None:
    assert condition(when).sentence == sentence


@pytest.mark.parametrize(
    ("when", "breached", "threshold", "within"),
    [(ABOVE, 105, 100, 95), (BELOW, 19, 20, 21)],
    ids=["above", "below"],
)
def test_the_boundary_lies_on_the_threshold_and_five_percent_to_its_sides(
    when: str, breached: int, threshold: int, within: int
) -> None:
    found = condition(when)

    assert flows(found, Level.BREACHED) == {NORTH: Steady(Fraction(breached))}
    assert flows(found, Level.AT_THRESHOLD) == {NORTH: Steady(Fraction(threshold))}
    assert flows(found, Level.WITHIN) == {NORTH: Steady(Fraction(within))}
    assert flows(found, Level.ABSENT) == {NORTH: Missing()}


@pytest.mark.parametrize(("when", "resting"), [(ABOVE, 0), (BELOW, 40)], ids=["above", "below"])
def test_an_idle_gauge_rests_well_within(when: str, resting: int) -> None:
    assert flows(condition(when), Level.IDLE) == {NORTH: Steady(Fraction(resting))}


def test_an_idle_gauge_rests_where_the_catalogue_calls_it_healthy() -> None:
    text = changed("help: Orders waiting.,", "help: Orders waiting., healthy: 12,")

    found = alert_of("QueueLong", load_text(text)).when

    assert flows(found, Level.IDLE) == {NORTH: Steady(Fraction(12))}


def test_within_a_threshold_of_zero_only_zero_is_left() -> None:
    found = condition("{value: {of: queue_length}, above: 0}")

    assert flows(found, Level.BREACHED) == {NORTH: Steady(Fraction(1))}
    assert flows(found, Level.WITHIN) == {NORTH: Steady(Fraction(0))}


def test_beyond_a_negative_threshold_lies_further_from_it() -> None:
    found = condition("{value: {of: 'breaker_state{name=\"db\"}'}, above: -20}")

    assert flows(found, Level.BREACHED) == {'breaker_state{name="db"}': Steady(Fraction(-19))}
    assert flows(found, Level.WITHIN) == {'breaker_state{name="db"}': Steady(Fraction(-21))}


def test_it_holds_beyond_the_threshold_only_and_keeps_the_labels() -> None:
    found = condition(ABOVE)

    assert held(found) == {Level.BREACHED}
    assert found.result_labels(MINUTE) == {"shop": "north"}


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ("{value: {of: visits_total}, above: 5}", "visits_total is a counter, which only grows; use rate, count"),
        ("{value: {of: duration_seconds}, above: 5s}", "duration_seconds is a histogram, which only grows; use rate"),
        ("{value: {of: queue_length}}", "a threshold is missing; write one of above or below"),
        ("{value: {of: queue_length}, above: 5s}", "'5s' is not a number of orders; write it as 1000"),
        ("{value: {of: queue_length}, below: 0}", "nothing is ever below 0 orders; write a threshold that can be"),
        ("{value: {of: queue_length, by: [shp]}, above: 5}", "queue_length has no label 'shp'; did you mean 'shop'?"),
        ("{value: {of: queue_length, by: [user_id]}, above: 5}", "label 'user_id' is forbidden; identifiers belong"),
        ("{value: {of: sum(queue_length)}, above: 5}", "'sum(queue_length)' is no plain selector; write one metric"),
        ("{value: {of: queue_length offset 5m}, above: 5}", "'queue_length offset 5m' is no plain selector; write one"),
    ],
    ids=["counter", "histogram", "no threshold", "unit", "out of reach", "label", "forbidden", "function", "offset"],
)
def test_what_is_no_gauge_or_no_threshold_is_refused(when: str, problem: str) -> None:
    assert refusal(when).startswith(problem)
