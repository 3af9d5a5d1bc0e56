"""Holds the seven truths to what each says: which level is played, when it is looked at, and what must be seen."""

import pytest

from generator.domain.alert import Alert
from generator.domain.alert_cases import Truth, alert_cases, sampling
from generator.domain.case import Case
from generator.domain.conditions import Level, PromqlExpression
from generator.domain.duration import Duration
from generator.spec import load_text
from tests.generator.specs import alert, changed, real, small

MINUTE = Duration(60_000)
STEADY = {
    Truth.FIRES: Level.BREACHED,
    Truth.SILENT_AT: Level.AT_THRESHOLD,
    Truth.SILENT_WITHIN: Level.WITHIN,
    Truth.IDLE: Level.IDLE,
    Truth.ABSENT: Level.ABSENT,
}

each = pytest.mark.parametrize("name", [found.name for found in small().alerts])


def cases(found: Alert) -> dict[str, Case]:
    """The cases of an alert by what they prove."""
    return {case.truth: case for case in alert_cases(found, MINUTE)}


def fires(case: Case, index: int = -1) -> bool:
    """Whether a check of a case expects the alert."""
    return bool(case.checks[index].samples)


@each
def test_every_alert_is_proven_in_every_truth(name: str) -> None:
    found = set(cases(alert(name)))

    whole_timelines = isinstance(alert(name).when, PromqlExpression)
    assert found == set(Truth) - ({Truth.WAITS, Truth.CLEARS} if whole_timelines else set())


def test_every_alert_of_the_real_spec_is_proven_in_every_truth() -> None:
    for found in real().alerts:
        if not isinstance(found.when, PromqlExpression):
            assert set(cases(found)) == set(Truth), found.name


@each
@pytest.mark.parametrize("truth", STEADY)
def test_an_alert_is_expected_where_its_condition_is_meant_to_hold(name: str, truth: Truth) -> None:
    found = alert(name)

    case = cases(found)[truth]

    assert fires(case) == found.when.holds(STEADY[truth])
    assert len(case.checks) == 1


@each
def test_a_firing_alert_is_expected_with_all_its_labels(name: str) -> None:
    found = alert(name)

    sample, *siblings = cases(found)[Truth.FIRES].checks[0].samples

    if isinstance(found.when, PromqlExpression):
        assert sample.series == "{}"
    else:
        for label, value in (found.labels | found.when.result_labels(MINUTE)).items():
            assert f'{label}="{value}"' in sample.series
        assert 'alertstate="firing"' in sample.series
        assert len(siblings) == len(found.when.siblings(MINUTE))


@pytest.mark.parametrize(("name", "wait"), [("QueueLong", 10), ("ErrorRatioHigh", 10), ("ServerError", 0)])
def test_an_alert_is_silent_until_just_before_its_time_and_fires_after_it(name: str, wait: int) -> None:
    found = alert(name)
    early, late = cases(found)[Truth.WAITS].checks

    begins = found.when.window + MINUTE * 2
    assert found.wait == MINUTE * wait
    assert early.at == begins + (MINUTE * (wait - 1))
    assert late.at > begins + MINUTE * wait
    assert not early.samples
    assert late.samples


@pytest.mark.parametrize("name", ["QueueLong", "ErrorRatioHigh", "ServerError", "NoOrders", "BreakerOpen", "ShopDown"])
def test_an_alert_fires_before_it_clears(name: str) -> None:
    case = cases(alert(name))[Truth.CLEARS]

    assert [fires(case, 0), fires(case, 1)] == [True, False]
    assert case.checks[0].at < case.checks[1].at


def test_the_watchdog_never_clears() -> None:
    assert fires(cases(alert("Watchdog"))[Truth.CLEARS])


@each
def test_every_moment_that_is_looked_at_is_a_sample_of_the_series(name: str) -> None:
    for case in alert_cases(alert(name), MINUTE):
        for check in case.checks:
            assert check.at.ratio(MINUTE).denominator == 1


@pytest.mark.parametrize("truth", [Truth.SILENT_AT, Truth.SILENT_WITHIN, Truth.IDLE])
def test_what_fired_while_the_windows_filled_is_over_when_it_is_looked_at(truth: Truth) -> None:
    """Below a threshold everything looks bad until the first window is full, and `keep_firing_for` keeps it up."""
    text = changed("below: 0.5/s}\n        for: 5m", "below: 0.5/s}\n        for: 0s\n        keep_firing_for: 30m")
    found = alert("OrdersSlow", load_text(text))

    check = cases(found)[truth].checks[0]

    assert check.at >= found.when.window + found.keep_firing + MINUTE * 2


def test_an_alert_that_lingers_is_given_the_time_to() -> None:
    text = changed("below: 0.5/s}\n        for: 5m", "below: 0.5/s}\n        for: 0s\n        keep_firing_for: 30m")
    found = alert("OrdersSlow", load_text(text))

    last_bad, clear = cases(found)[Truth.CLEARS].checks

    assert clear.at - last_bad.at > found.when.window + found.keep_firing


def test_each_label_that_is_kept_is_played_with_another_value_of_its_own() -> None:
    """Two results that differ in one label only show whether the rule, or its expression, takes that label away."""
    text = changed("{of: queue_length, by: [shop]}", "{of: queue_length, by: [shop, lane]}")
    text = changed("{shop: [north, south]}", "{shop: [north, south], lane: [left, right]}", text)
    found = alert("QueueLong", load_text(text))

    case = cases(found)[Truth.FIRES]

    assert list(case.series) == [
        'queue_length{lane="left",shop="north"}',
        'queue_length{lane="left",shop="south"}',
        'queue_length{lane="right",shop="north"}',
    ]
    assert len(set(case.series.values())) == 1
    assert len(case.checks[0].samples) == 3


def test_a_label_that_a_matcher_fixes_has_no_other_value_to_play() -> None:
    text = changed("{of: queue_length, by: [shop]}", "{of: 'queue_length{shop=\"north\"}', by: [shop]}")

    case = cases(alert("QueueLong", load_text(text)))[Truth.FIRES]

    assert list(case.series) == ['queue_length{shop="north"}']


@pytest.mark.parametrize(
    ("over", "wait", "step"),
    [("10m", "5m", "1m"), ("5h", "1h", "1m"), ("6h", "1m", "2m"), ("3d", "2d", "20m"), ("7d", "7d", "1h")],
)
def test_who_looks_back_for_hours_is_sampled_less_often_and_in_whole_samples(over: str, wait: str, step: str) -> None:
    text = changed("over: 10m}, below: 0.5/s}\n        for: 5m", f"over: {over}}}, below: 0.5/s}}\n        for: {wait}")
    found = alert("OrdersSlow", load_text(text))

    every = sampling(found, MINUTE)

    assert str(every) == step
    assert not found.when.window.milliseconds % every.milliseconds
    assert {case.step for case in cases(found).values()} == {every}
    assert all(
        not check.at.milliseconds % every.milliseconds for case in cases(found).values() for check in case.checks
    )


@each
def test_a_scaled_alert_is_proven_in_the_same_truths(name: str) -> None:
    scaled = alert(name).scaled(60)

    found = {case.truth: case for case in alert_cases(scaled, MINUTE // 60)}

    assert set(found) == set(cases(alert(name)))
    assert found[Truth.FIRES].step == Duration(1000)
