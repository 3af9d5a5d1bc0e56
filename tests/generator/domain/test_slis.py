"""Holds the three indicators to counting every event once, and to zero, not nothing, where nothing failed."""

from fractions import Fraction

import pytest

from generator.domain.duration import Duration
from generator.domain.objective import Objective
from generator.domain.signal import Growing, Signal
from generator.domain.slis import EventSli
from generator.domain.slis.traffic import counted, traffic
from generator.spec import load_text
from tests.generator.specs import changed, objective

HOUR = Duration(3_600_000)
BAD = 'requests_total{code="5xx"}'
ANSWERS = "ratio: {bad: 'requests_total{code=\"5xx\"}', total: requests_total}"
GOOD = changed(ANSWERS, "ratio: {good: 'requests_total{code!=\"5xx\"}', total: requests_total}")
OTHER = changed(ANSWERS, "ratio: {good: visits_total, total: requests_total}")


def good() -> Objective:
    """The objective on answers, by what is good."""
    return objective("answers", load_text(GOOD))


def events(promise: Objective, bad: str, total: str) -> dict[str, Fraction]:
    """What every series of an indicator does, per second."""
    assert isinstance(promise.sli, EventSli)
    found = counted(promise.sli.counters, traffic(Fraction(bad), Fraction(total)))
    assert all(isinstance(signal, Signal) for signal in found)
    return {str(s.series): s.flow.per_second for s in found if isinstance(s.flow, Growing)}


def test_bad_events_are_counted_and_their_absence_is_zero_while_there_is_traffic() -> None:
    found = objective("answers").sli

    assert found.errors(HOUR) == f"sum(increase({BAD}[1h])) or sum(increase(requests_total[1h])) * 0"
    assert found.total(HOUR) == "sum(increase(requests_total[1h]))"


def test_what_is_not_good_is_bad_and_never_less_than_nothing() -> None:
    whole, part = "sum(increase(requests_total[1h]))", 'sum(increase(requests_total{code!="5xx"}[1h]))'

    assert good().sli.errors(HOUR) == f"clamp_min({whole} - ({part} or {whole} * 0), 0)"
    assert good().sli.total(HOUR) == whole


def test_observations_above_the_bound_are_bad() -> None:
    found = objective("speed").sli

    fast = 'sum(increase(duration_seconds_bucket{le=~"1(\\\\.0)?"}[1h]))'
    whole = "sum(increase(duration_seconds_count[1h]))"
    assert found.errors(HOUR) == f"clamp_min({whole} - ({fast} or {whole} * 0), 0)"
    assert found.total(HOUR) == whole


def test_minutes_are_counted_by_the_alerts_own_condition() -> None:
    found = objective("queue").sli

    held = "count_over_time(count(max by (shop) (queue_length) > 100)[1h:1m])"
    looked = "count_over_time(count(max by (shop) (queue_length))[1h:1m])"
    assert found.errors(HOUR) == f"{held} or {looked} * 0"
    assert found.total(HOUR) == looked


@pytest.mark.parametrize(
    ("name", "sentence", "event"),
    [
        ("answers", f"every `{BAD}` among `requests_total`", "requests"),
        ("speed", "every `duration_seconds` above 1 s", "observations"),
        ("queue", "every minute in which the largest `queue_length` per shop is above 100 orders", "minutes"),
    ],
)
def test_an_indicator_says_what_is_bad_and_what_is_counted(name: str, sentence: str, event: str) -> None:
    found = objective(name).sli

    assert found.sentence == sentence
    assert found.event == event


def test_an_indicator_of_good_events_says_so() -> None:
    assert good().sli.sentence == 'every `requests_total` that is no `requests_total{code!="5xx"}`'


@pytest.mark.parametrize(
    ("promise", "bad", "expected"),
    [
        (objective("answers"), "0.5", {"5xx": "0.5", "2xx": "49.5"}),
        (objective("answers"), "0", {"2xx": "50"}),
        (objective("answers"), "50", {"5xx": "50", "2xx": "0"}),
        (good(), "0.5", {"2xx": "49.5", "5xx": "0.5"}),
        (good(), "50", {"5xx": "50"}),
    ],
    ids=["some bad", "no series of failures yet", "all bad", "some not good", "no series of successes yet"],
)
def test_traffic_is_split_between_the_part_and_the_rest(promise: Objective, bad: str, expected: dict[str, str]) -> None:
    found = events(promise, bad, "50")

    assert found == {
        f'requests_total{{code="{code}",session="example-session"}}': Fraction(speed)
        for code, speed in expected.items()
    }


def test_traffic_of_a_part_in_another_metric_leaves_the_whole_whole() -> None:
    found = events(objective("answers", load_text(OTHER)), "1", "50")

    assert found == {
        "visits_total": Fraction(49),
        'requests_total{code="2xx",session="example-session"}': Fraction(50),
    }


def test_traffic_of_a_histogram_fills_the_bucket_and_the_count() -> None:
    found = events(objective("speed"), "1", "50")

    assert found == {
        'duration_seconds_bucket{le="1",route="buy"}': Fraction(49),
        'duration_seconds_bucket{le="+Inf",route="buy"}': Fraction(50),
        'duration_seconds_count{route="buy"}': Fraction(50),
    }


def test_events_are_exact_to_the_minute_and_minutes_need_not_be() -> None:
    assert objective("answers").sli.reads_raw
    assert objective("speed").sli.reads_raw
    assert not objective("queue").sli.reads_raw


def test_scaling_divides_slices_and_leaves_events_alone() -> None:
    assert objective("answers").sli.scaled(60) == objective("answers").sli
    assert "[1h:1s]" in objective("queue").sli.scaled(60).total(HOUR)


@pytest.mark.parametrize("alert", ["BreakerOpen", "DiskFilling", "Watchdog"])
def test_minutes_of_a_condition_without_a_value_while_all_is_well_cannot_be_counted(alert: str) -> None:
    with pytest.raises(Exception, match=f"{alert} measures nothing while all is well"):
        load_text(changed("slices: {alert: QueueLong}", f"slices: {{alert: {alert}}}"))
