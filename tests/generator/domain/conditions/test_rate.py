"""`rate`: events per second, summed before they are compared."""

from fractions import Fraction

import pytest

from generator.domain.conditions import Level
from generator.domain.extrapolation import HAIR
from generator.domain.signal import Growing, Missing
from tests.generator.domain.conditions.levels import flows, held
from tests.generator.specs import condition, refusal

ABOVE = "{rate: {of: visits_total, over: 10m}, above: 2/s}"
BELOW = "{rate: {of: visits_total, over: 10m}, below: 0.5/s}"
BY_CODE = "{rate: {of: requests_total, over: 5m, by: [code, session]}, above: 0.05/s}"


@pytest.mark.parametrize(
    ("when", "expression"),
    [
        (ABOVE, "sum(rate(visits_total[10m])) > 2"),
        (BELOW, "sum(rate(visits_total[10m])) < 0.5"),
        (BY_CODE, "sum by (code, session) (rate(requests_total[5m])) > 0.05"),
    ],
    ids=["above", "below", "by labels"],
)
def test_rates_are_summed_before_they_are_compared(when: str, expression: str) -> None:
    found = condition(when)

    assert found.expression == expression
    assert expression.startswith(found.measured)


def test_the_sentence_names_window_labels_and_threshold() -> None:
    found = condition(BY_CODE).sentence

    assert found == "the rate of `requests_total` per code and session over 5 minutes is above 0.05 requests/s"


def test_a_histograms_count_is_a_counter() -> None:
    found = condition("{rate: {of: duration_seconds_count, over: 10m}, above: 2/s}")

    assert found.expression == "sum(rate(duration_seconds_count[10m])) > 2"


@pytest.mark.parametrize(
    ("when", "breached", "threshold", "within", "idle"),
    [(ABOVE, "2.1", "2", "1.9", "0"), (BELOW, "0.475", "0.5", "0.525", "1")],
    ids=["above", "below"],
)
def test_the_boundary_grows_at_the_threshold_and_five_percent_beside_it(
    when: str, breached: str, threshold: str, within: str, idle: str
) -> None:
    found = condition(when)

    assert flows(found, Level.BREACHED) == {"visits_total": Growing(Fraction(breached))}
    assert flows(found, Level.AT_THRESHOLD) == {"visits_total": Growing(Fraction(threshold))}
    assert flows(found, Level.WITHIN) == {"visits_total": Growing(Fraction(within))}
    assert flows(found, Level.IDLE) == {"visits_total": Growing(Fraction(idle))}
    assert flows(found, Level.ABSENT) == {"visits_total": Missing()}


@pytest.mark.parametrize(("side", "inside"), [("above", 1 - HAIR), ("below", 1 + HAIR)])
def test_a_rate_that_floats_would_not_keep_on_the_threshold_lies_a_hair_inside(side: str, inside: Fraction) -> None:
    found = condition(f"{{rate: {{of: visits_total, over: 10m}}, {side}: 0.07/s}}")

    assert flows(found, Level.AT_THRESHOLD) == {"visits_total": Growing(Fraction(7, 100) * inside)}


def test_within_a_threshold_of_zero_nothing_happens() -> None:
    found = condition("{rate: {of: visits_total, over: 10m}, above: 0/s}")

    assert flows(found, Level.WITHIN) == {"visits_total": Growing(Fraction(0))}
    assert flows(found, Level.BREACHED) == {"visits_total": Growing(Fraction(1))}


def test_it_holds_beyond_the_threshold_only() -> None:
    assert held(condition(ABOVE)) == {Level.BREACHED}


def test_a_scaled_rate_looks_back_less_far_for_the_same_speed() -> None:
    assert condition(ABOVE).scaled(60).expression == "sum(rate(visits_total[10s])) > 2"


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ("{rate: {of: queue_length, over: 5m}, above: 1/s}", "events cannot be counted with the gauge queue_length"),
        ("{rate: {of: duration_seconds, over: 5m}, above: 1/s}", "events cannot be counted with the histogram dur"),
        ("{rate: {of: visits_total, over: 5m}, above: 5%}", "'5%' is not a number of visits/s; write it as 0.05/s"),
        ("{rate: {of: visits_total, over: 5m}, below: 0/s}", "nothing is ever below 0 visits/s"),
        ("{rate: {of: visits_total, over: 1m}, above: 1/s}", "1m is too short to see a change; look back 2m or more"),
        ("{rate: {of: visits_total, over: 0s}, above: 1/s}", "a window of no length; write how far back to look"),
        ("{rate: {of: visits_total, over: 0h}, above: 1/s}", "a window of no length; write how far back to look"),
        ("{rate: {of: visits_total, over: soon}, above: 1/s}", "'soon' is not a duration; write a number and a unit"),
    ],
    ids=["gauge", "histogram", "unit", "out of reach", "short", "0s", "0h", "no duration"],
)
def test_what_has_no_rate_is_refused(when: str, problem: str) -> None:
    assert refusal(when).startswith(problem)
