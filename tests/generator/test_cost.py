"""Holds the estimate to counting by hand, and our rules to a fortieth of what raw-window rules read."""

from collections.abc import Callable

import pytest
from promql_parser import parse

from generator.cost import GroupCost, _Reader, estimate
from generator.domain.duration import Duration
from generator.domain.service import Service
from generator.spec import load_text
from tests.generator.specs import changed, objective, real, small

SECOND = Duration(1000)
HALF_MINUTE = SECOND * 30
SLOTH_WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
SLOTH_MONTH = "sum_over_time(slo:sli_error:ratio_rate5m[30d]) / count_over_time(slo:sli_error:ratio_rate5m[30d])"


def samples(expression: str, instances: int = 1, service: Service | None = None) -> int:
    """What one evaluation reads."""
    return _Reader(service or small(), instances)._samples(parse(expression), HALF_MINUTE)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("queue_length", 2),
        ('queue_length{shop="north"}', 1),
        ('queue_length{shop!="north"}', 1),
        ('queue_length{shop=~"n.*|s.*"}', 2),
        ('queue_length{shop!~"n.*"}', 1),
        ("requests_total", 3 * 100),
        ('requests_total{session="s"}', 3),
        ('requests_total{code="5xx"}', 100),
        ('requests_total{code!="5xx"}', 200),
        ("visits_total[10m]", 20),
        ("rate(visits_total[10m])", 20),
        ("sum by (shop) (queue_length)", 2),
        ("max_over_time(visits_total[10m]) - last_over_time(visits_total[10m] offset 10m)", 40),
        ("duration_seconds_bucket", 2 * 4),
        ('duration_seconds_bucket{le="1"}', 2),
        ("duration_seconds_count", 2),
        ("sum_over_time(slo:sli_errors:increase5m[6h:5m])", 72),
        ("sum_over_time(slo:sli_errors:increase5m[5m])", 10),
        ("count_over_time(count(queue_length)[5m:1m])", 2 * 5),
        ("count_over_time(count(queue_length)[5m:])", 2 * 10),
        ("vector(1)", 0),
        ("time() - last_order_timestamp", 1),
        ("-(queue_length)", 2),
        ("up", 1),
    ],
)
def test_samples_are_series_times_scrapes_in_the_window(expression: str, expected: int) -> None:
    assert samples(expression) == expected


@pytest.mark.parametrize("expression", ["queue_length", "rate(visits_total[10m])", "duration_seconds_bucket"])
def test_every_target_of_a_job_has_its_own_series(expression: str) -> None:
    assert samples(expression, instances=25) == samples(expression) * 25


def test_scraping_half_as_often_reads_half_as_much_but_records_come_as_often_as_rules() -> None:
    slower = load_text(changed("scrape_interval: 30s", "scrape_interval: 1m"))

    assert samples("rate(visits_total[10m])", service=slower) == 10
    assert samples("sum_over_time(slo:sli_errors:increase5m[5m])", service=slower) == 10


def test_every_group_is_estimated_in_order() -> None:
    found = list(estimate(small()))

    assert [(group.name, group.kind) for group in found] == [
        ("shop.alerts", "alerts"),
        ("shop-answers.slo", "objective"),
        ("shop-speed.slo", "objective"),
        ("shop-queue.slo", "objective"),
    ]
    assert all(group.samples > 0 for group in found)
    assert {group.interval for group in found} == {HALF_MINUTE}


def test_rules_and_records_are_counted() -> None:
    alerts, answers, *_ = estimate(small())

    assert (alerts.rules, alerts.recorded) == (13, 0)
    assert answers.rules - answers.recorded == len(objective("answers").windows) == 4


def test_a_rate_of_samples_is_per_second() -> None:
    assert GroupCost("a", "alerts", 1, 0, 90, HALF_MINUTE).samples_per_second == 3.0


@pytest.mark.parametrize("service", [small, real], ids=["small", "real"])
def test_every_spec_can_be_estimated_scaled_or_not(service: Callable[[], Service]) -> None:
    assert sum(group.samples for group in estimate(service())) > 0
    assert sum(group.samples for group in estimate(service().scaled(3600))) > 0


def test_an_objective_reads_at_most_a_fortieth_of_what_sloths_rules_read() -> None:
    """As measured in facts/slo-generators.md C3: 25 targets with two codes each, scraped every 30 s."""
    text = changed("{code: [2xx, 4xx, 5xx], session: any}", "{code: [2xx, 5xx]}").replace('code="4xx"', 'code="2xx"')
    fifty = load_text(text)
    bad, total = 'sum(rate(requests_total{code="5xx"}[%s]))', "sum(rate(requests_total[%s]))"

    sloth = sum(samples(f"{bad} / {total}".replace("%s", window), 25, fifty) for window in SLOTH_WINDOWS)
    sloth += samples(SLOTH_MONTH, 25, fifty)
    ours = next(group.samples for group in estimate(fifty, 25) if group.name == "shop-answers.slo")

    assert sloth == pytest.approx(1_123_577, rel=0.001)
    assert ours * 40 <= sloth


def test_a_thousand_more_series_make_long_windows_no_dearer() -> None:
    """What is chained from records does not grow with the raw series; only page windows do."""
    few, many = (
        next(group.samples for group in estimate(small(), instances) if group.name == "shop-queue.slo")
        for instances in (1, 11)
    )

    raw_per_instance = (many - few) // 10
    assert few - raw_per_instance == many - raw_per_instance * 11 > 3000
