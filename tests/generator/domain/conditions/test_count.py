"""`count`: whole events in a window, the first of a new series among them."""

import pytest

from generator.domain.conditions import Level
from generator.domain.duration import Duration
from generator.domain.signal import Bursting, Missing
from tests.generator.domain.conditions.levels import MINUTE, flows, held
from tests.generator.specs import condition, refusal, refusals

FIVE = "{count: {of: 'requests_total{code=\"4xx\"}', over: 10m, by: [session]}, above: 5}"
SERIES = 'requests_total{code="4xx",session="example-session"}'
SELECTOR = 'requests_total{code="4xx"}'


def test_events_are_the_peak_less_the_start_and_a_new_series_counts_whole() -> None:
    found = condition(FIVE).expression

    peak, start = f"max_over_time({SELECTOR}[10m])", f"last_over_time({SELECTOR}[10m] offset 10m)"
    assert found == f"sum by (session) ({peak} - {start} >= 0 or {peak}) > 5"


def test_neither_increase_nor_rate_counts_because_both_guess_at_the_edges() -> None:
    found = condition(FIVE).expression

    assert "increase(" not in found
    assert "rate(" not in found


def test_a_failed_scrape_at_the_windows_start_does_not_make_the_series_look_new() -> None:
    """Where a scrape failed, a plain `offset` finds nothing; the last value before it is still found in a range."""
    found = condition(FIVE).expression

    assert f"- {SELECTOR} offset" not in found
    assert f"last_over_time({SELECTOR}[10m] offset 10m)" in found


def test_the_sentence_names_window_labels_and_threshold() -> None:
    found = condition(FIVE).sentence

    assert found == f"the number of `{SELECTOR}` per session within 10 minutes is above 5 requests"


@pytest.mark.parametrize(
    ("level", "events"),
    [(Level.BREACHED, 6), (Level.AT_THRESHOLD, 5), (Level.WITHIN, 4), (Level.IDLE, 0)],
    ids=str,
)
def test_the_boundary_is_one_event_more_or_less_in_every_window(level: Level, events: int) -> None:
    assert flows(condition(FIVE), level) == {SERIES: Bursting(events, MINUTE * 10)}


def test_within_one_event_nothing_is_left() -> None:
    found = condition("{count: {of: visits_total, over: 10m}, above: 0}")

    assert flows(found, Level.WITHIN) == {"visits_total": Bursting(0, MINUTE * 10)}
    assert flows(found, Level.BREACHED) == {"visits_total": Bursting(1, MINUTE * 10)}


def test_bursts_fall_on_samples_when_the_window_does_not() -> None:
    found = condition("{count: {of: visits_total, over: 150s}, above: 3}")

    assert flows(found, Level.AT_THRESHOLD) == {"visits_total": Bursting(3, Duration(180_000))}


def test_it_holds_beyond_the_threshold_only_and_is_silent_without_the_series() -> None:
    found = condition(FIVE)

    assert held(found) == {Level.BREACHED}
    assert flows(found, Level.ABSENT) == {SERIES: Missing()}
    assert found.result_labels(MINUTE) == {"session": "example-session"}


def test_a_scaled_count_looks_back_less_far() -> None:
    assert "[10s] offset 10s) >= 0" in condition(FIVE).scaled(60).expression


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ("{count: {of: queue_length, over: 5m}, above: 1}", "events cannot be counted with the gauge queue_length"),
        ("{count: {of: visits_total, over: 5m}, above: 1.5}", "3/2 is no whole number of events; count whole events"),
        ("{count: {of: visits_total, over: 5m}, above: 1/s}", "'1/s' is not a number of visits; write it as 1000"),
        ("{count: {of: visits_total, over: 0m}, above: 1}", "a window of no length"),
    ],
    ids=["gauge", "half an event", "unit", "no window"],
)
def test_what_cannot_be_counted_is_refused(when: str, problem: str) -> None:
    assert refusal(when).startswith(problem)


def test_too_few_events_are_no_trouble_that_this_kind_knows() -> None:
    found = refusals("{count: {of: visits_total, over: 5m}, below: 5}")

    assert found == [
        "a threshold is missing; write one of above",
        "this kind of condition takes no such threshold; write above",
    ]
