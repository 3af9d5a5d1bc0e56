"""`down`: a target that does not answer, and a job that vanished from discovery."""

from fractions import Fraction

import pytest

from generator.domain.conditions import Level
from generator.domain.conditions.down import LOOKBACK, Down
from generator.domain.signal import Missing, Steady
from tests.generator.domain.conditions.levels import MINUTE, flows, held
from tests.generator.specs import condition, real, refusal

TARGET = "{down: {job: shop}}"
SERIES = "{down: {job: shop, by_metric: queue_length}}"
UP = 'up{instance="example-1",job="shop"}'
QUEUE = 'queue_length{instance="example-1",job="shop"}'


def test_a_failed_scrape_and_a_vanished_job_both_count() -> None:
    assert condition(TARGET).expression == 'min by (job) (up{job="shop"}) == 0 or absent(up{job="shop"})'


def test_a_series_may_stand_for_its_job() -> None:
    assert condition(SERIES).expression == 'absent(queue_length{job="shop"})'


def test_a_part_of_a_histogram_may_stand_for_its_job() -> None:
    found = condition("{down: {job: shop, by_metric: duration_seconds_count}}")

    assert found.expression == 'absent(duration_seconds_count{job="shop"})'


@pytest.mark.parametrize(
    ("when", "measured"),
    [
        (TARGET, 'min by (job) (up{job="shop"}) or absent(up{job="shop"}) * 0'),
        (SERIES, 'count by (job) (queue_length{job="shop"}) or absent(queue_length{job="shop"}) * 0'),
    ],
    ids=["target", "series"],
)
def test_a_panel_shows_zero_where_nothing_is_left(when: str, measured: str) -> None:
    found = condition(when)

    assert found.measured == measured
    assert str(found.unit) == "state"


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        (TARGET, "a target of job `shop` cannot be scraped, or the job has no targets"),
        (SERIES, 'no `queue_length{job="shop"}` has arrived'),
    ],
    ids=["target", "series"],
)
def test_the_sentence_names_the_job(when: str, sentence: str) -> None:
    assert condition(when).sentence == sentence


@pytest.mark.parametrize(
    ("when", "level", "flow"),
    [
        (TARGET, Level.BREACHED, Steady(Fraction(0))),
        (TARGET, Level.AT_THRESHOLD, Steady(Fraction(1))),
        (TARGET, Level.IDLE, Steady(Fraction(1))),
        (TARGET, Level.ABSENT, Missing()),
        (SERIES, Level.BREACHED, Missing()),
        (SERIES, Level.WITHIN, Steady(Fraction(1))),
        (SERIES, Level.ABSENT, Missing()),
    ],
    ids=str,
)
def test_a_target_falls_to_zero_or_away_and_a_series_falls_away(when: str, level: Level, flow: object) -> None:
    assert list(flows(condition(when), level).values()) == [flow]


@pytest.mark.parametrize("when", [TARGET, SERIES], ids=["target", "series"])
def test_absent_data_is_the_very_trouble(when: str) -> None:
    found = condition(when)

    assert held(found) == {Level.BREACHED, Level.ABSENT}
    assert found.result_labels(MINUTE) == {"job": "shop"}


def test_a_series_is_missed_only_after_prometheus_stopped_showing_its_last_sample() -> None:
    assert condition(SERIES).window == LOOKBACK
    assert not condition(TARGET).window


def test_it_cannot_be_scaled_because_prometheus_own_lookback_is_not() -> None:
    assert condition(SERIES).scaled(60) == condition(SERIES)


def test_a_job_that_pushes_is_told_by_target_info() -> None:
    pushed = {alert.when.job for alert in real().alerts if isinstance(alert.when, Down) and alert.when.is_pushed}

    assert pushed == {"jangar/jangar"}


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        (
            "{down: {job: shop, by_metric: duration_seconds}}",
            "the histogram duration_seconds has no series of that name",
        ),
        (
            "{down: {job: mill, by_metric: queue_length}}",
            "queue_length comes from the job 'shop', not from 'mill'; name",
        ),
        ("{down: {job: shop, by_metric: 'queue_length{shop=\"north\"}'}}", 'queue_length{shop="north"} has matchers;'),
        ("{down: {job: shop, by_metric: queue_lenght}}", "metric 'queue_lenght' is not in the catalogue; did you mean"),
        ("{down: {job: shop}, above: 1}", "this kind of condition takes no such threshold; remove it"),
        ("{down: {}}", "'job' is missing; add it"),
    ],
    ids=["histogram", "another job's", "matchers", "unknown", "threshold", "no job"],
)
def test_what_would_always_or_never_fire_is_refused(when: str, problem: str) -> None:
    assert refusal(when).startswith(problem)
