"""`stalled`: work comes in and none comes out, the output's absence included."""

from fractions import Fraction

import pytest

from generator.domain.conditions import Level
from generator.domain.signal import Growing, Missing
from tests.generator.domain.conditions.levels import flows, held
from tests.generator.specs import condition, refusal

WHEN = "{stalled: {input: queue_length, output: visits_total, over: 10m}}"
IN, OUT = 'queue_length{shop="north"}', "visits_total"
STILL, EACH_MINUTE = Growing(Fraction(0)), Growing(Fraction(1, 60))


def test_a_position_advances_from_its_lowest_to_its_highest_and_events_are_counted() -> None:
    came = "max(max_over_time(queue_length[10m])) - min(min_over_time(queue_length[10m])) > 0"
    peak = "max_over_time(visits_total[10m])"
    left = f"sum({peak} - last_over_time(visits_total[10m] offset 10m) >= 0 or {peak}) > 0"

    assert condition(WHEN).expression == f"{came} unless on () {left}"


def test_an_absent_output_does_not_silence_it() -> None:
    """`unless` takes away what the right side has; an absent output has nothing."""
    found = condition(WHEN).expression

    left, word, right = found.partition(" unless on () ")
    assert word
    assert "visits_total" not in left
    assert "queue_length" not in right


def test_the_sentence_names_both_sides() -> None:
    assert condition(WHEN).sentence == "`queue_length` advanced within 10 minutes while `visits_total` did not"


@pytest.mark.parametrize(
    ("level", "coming", "leaving"),
    [
        (Level.BREACHED, EACH_MINUTE, STILL),
        (Level.AT_THRESHOLD, EACH_MINUTE, Growing(Fraction(1, 600))),
        (Level.WITHIN, EACH_MINUTE, EACH_MINUTE),
        (Level.IDLE, STILL, STILL),
        (Level.ABSENT, Missing(), Missing()),
    ],
    ids=str,
)
def test_the_boundary_is_one_event_out_in_the_whole_window(level: Level, coming: object, leaving: object) -> None:
    assert flows(condition(WHEN), level) == {
        'queue_length{shop="north"}': coming,
        "visits_total": leaving,
    }


def test_it_holds_when_the_input_moves_alone() -> None:
    assert held(condition(WHEN)) == {Level.BREACHED}


def test_a_scaled_stall_is_seen_sooner() -> None:
    found = condition(WHEN).scaled(60).expression

    assert "[10s]" in found
    assert "10m" not in found


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ("{stalled: {input: visits_total, output: visits_total, over: 5m}}", "visits_total is the input too; name the"),
        (
            "{stalled: {input: duration_seconds, output: visits_total, over: 5m}}",
            "the histogram duration_seconds has no",
        ),
        ("{stalled: {input: queue_length, output: visits_total, over: 1m}}", "1m is too short to see a change"),
        ("{stalled: {input: queue_length, output: visitors_total, over: 5m}}", "metric 'visitors_total' is not in the"),
        (
            "{stalled: {input: queue_length, output: visits_total, over: 5m}, above: 3}",
            "this kind of condition takes no",
        ),
    ],
    ids=["itself", "histogram", "short window", "unknown metric", "threshold"],
)
def test_what_cannot_stall_is_refused(when: str, problem: str) -> None:
    assert refusal(when).startswith(problem)
