"""Holds the rule group of an objective to its order, its names, its numbers, its form and its cost."""

import re
from collections.abc import Callable, Mapping
from functools import cache

import pytest
from promql_parser import VectorSelector, parse, walk

from generator.domain.groups import objective_group
from generator.domain.objective import Objective
from generator.domain.objective_rules import ObjectiveRules
from generator.domain.rule import AlertingRule, RecordingRule, Rule
from generator.domain.service import Service
from generator.spec import load_text
from tests.generator.specs import changed, objective, real, small

RECORD = re.compile(r"[a-z_]+:[a-z_]+:[a-z_]+[0-9a-z]*")
NOISE = re.compile(r"0000000|9999999")


@cache
def low() -> Service:
    """With a target so low that two windows must be wider."""
    return load_text(changed("objective: 99.9%", "objective: 80%"))


@cache
def short() -> Service:
    """With a period so short that two windows are left out."""
    return load_text(changed("objective: 99.9%\n        window: 30d", "objective: 99.9%\n        window: 8d"))


SERVICES: Mapping[str, Callable[[], Service]] = {
    "small": small,
    "low target": low,
    "short period": short,
    "real": real,
    "scaled": lambda: small().scaled(60),
    "scaled unevenly": lambda: load_text(changed("objective: 99.9%", "objective: 90%")).scaled(7),
}
each = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


def rules(promise: Objective) -> list[Rule]:
    """Its rules, in order."""
    return list(ObjectiveRules(promise, {}))


def alerts(promise: Objective) -> list[AlertingRule]:
    """Its alerting rules, in order."""
    return [rule for rule in rules(promise) if isinstance(rule, AlertingRule)]


def records(promise: Objective) -> dict[str, str]:
    """Its recording rules: expressions by name."""
    return {rule.record: rule.expression for rule in rules(promise) if isinstance(rule, RecordingRule)}


def selectors(expression: str) -> list[VectorSelector]:
    """Every selector in an expression."""
    found: list[VectorSelector] = []
    walk(parse(expression), lambda node: found.append(node) if isinstance(node, VectorSelector) else None)
    return found


@each
def test_every_record_is_made_before_it_is_used(service: Callable[[], Service]) -> None:
    for promise in service().objectives:
        made: set[str] = set()

        for rule in rules(promise):
            used = {selector.name for selector in selectors(rule.expression) if ":" in (selector.name or "")}
            assert used <= made, f"{rule.expression} uses {used - made} too early"
            made |= {rule.record} if isinstance(rule, RecordingRule) else set()


@each
def test_a_record_is_read_of_this_objective_only(service: Callable[[], Service]) -> None:
    for promise in service().objectives:
        for rule in rules(promise):
            for selector in selectors(rule.expression):
                if ":" in (selector.name or ""):
                    assert [(m.name, m.value) for m in selector.matchers.matchers] == [("slo", promise.id)]


@each
def test_no_two_rules_write_the_same_series(service: Callable[[], Service]) -> None:
    for promise in service().objectives:
        written = [
            (rule.record if isinstance(rule, RecordingRule) else rule.alert, tuple(rule.labels.items()))
            for rule in rules(promise)
        ]

        assert len(written) == len(set(written))


@each
def test_names_say_level_metric_and_operation(service: Callable[[], Service]) -> None:
    for promise in service().objectives:
        assert all(RECORD.fullmatch(name) for name in records(promise))


@each
def test_every_expression_is_in_the_form_of_prometheus_own_printer(service: Callable[[], Service]) -> None:
    for promise in service().objectives:
        for rule in rules(promise):
            printed = parse(rule.expression).prettify()
            assert re.sub(r"\s", "", printed) == re.sub(r"\s", "", rule.expression)


@each
def test_no_number_is_noise(service: Callable[[], Service]) -> None:
    for promise in service().objectives:
        for rule in rules(promise):
            assert not NOISE.search(rule.expression), rule.expression
            assert not isinstance(rule, AlertingRule) or not NOISE.search(str(rule.annotations))


@each
def test_every_division_leaves_out_what_had_no_traffic(service: Callable[[], Service]) -> None:
    for promise in service().objectives:
        for name, expression in records(promise).items():
            if name.startswith("slo:sli_error:"):
                assert re.search(r"\) / \(.* > 0\)$|\} / \(.* > 0\)$", expression), expression


@each
def test_every_rule_carries_the_labels_of_its_objective(service: Callable[[], Service]) -> None:
    for promise in service().objectives:
        for rule in rules(promise):
            assert rule.labels["slo"] == promise.id
            assert rule.labels["system"] == promise.system


def test_an_alert_needs_both_windows_and_enough_errors() -> None:
    fast = alerts(objective("answers"))[0]

    ours = '{slo="shop-answers"}'
    assert fast.expression == (
        f"slo:sli_error:ratio_rate1h{ours} > 0.0144 and slo:sli_error:ratio_rate5m{ours} > 0.0144 "
        f"and slo:sli_errors:increase1h{ours} >= 5"
    )
    assert (str(fast.wait), str(fast.keep_firing)) == ("2m", "2m")


@pytest.mark.parametrize(
    ("name", "severities"),
    [
        ("answers", ["critical", "critical", "warning", "warning"]),
        ("queue", ["warning", "warning", "warning", "warning"]),
    ],
    ids=["may page", "may not"],
)
def test_only_fast_burning_pages_and_only_where_it_may(name: str, severities: list[str]) -> None:
    found = alerts(objective(name))

    assert [rule.labels["severity"] for rule in found] == severities
    assert [rule.labels["window"] for rule in found] == ["1h", "6h", "1d", "3d"]


def test_page_windows_read_raw_series_and_long_ones_are_chained() -> None:
    found = records(objective("answers"))

    raw = {name for name, expression in found.items() if "requests_total" in expression}
    assert raw == {
        f"slo:sli_{what}:increase{window}" for what in ("errors", "events") for window in ("5m", "30m", "1h")
    }


def test_no_raw_series_is_read_twice_for_one_window() -> None:
    found = " ".join(records(objective("answers")).values())

    for window in ("5m", "30m", "1h"):
        assert found.count(f"increase(requests_total[{window}])") == 1


@pytest.mark.parametrize("divisor", [7, 60, 3600])
@pytest.mark.parametrize("target", ["99.9%", "90%", "80%"])
def test_a_scaled_objective_chains_the_same_windows(target: str, divisor: int) -> None:
    whole = objective("answers", load_text(changed("objective: 99.9%", f"objective: {target}")))

    raw, scaled = (
        [("requests_total" in expression, "[" in expression) for expression in records(promise).values()]
        for promise in (whole, whole.scaled(divisor))
    )
    assert scaled == raw


def test_minutes_are_read_raw_only_once() -> None:
    found = records(objective("queue"))

    raw = {name for name, expression in found.items() if "queue_length" in expression}
    assert raw == {"slo:sli_errors:increase5m", "slo:sli_events:increase5m"}


def test_the_period_is_a_sum_of_recorded_hours() -> None:
    ours = '{slo="shop-answers"}'

    assert records(objective("answers"))["slo:sli_error:ratio_rate30d"] == (
        f"sum_over_time(slo:sli_errors:increase1h{ours}[30d:1h]) / "
        f"(sum_over_time(slo:sli_events:increase1h{ours}[30d:1h]) > 0)"
    )


def test_the_budget_left_is_one_less_what_is_spent() -> None:
    found = records(objective("answers"))

    ours = '{slo="shop-answers"}'
    assert found["slo:objective:ratio"] == "vector(0.999)"
    assert found["slo:error_budget_remaining:ratio"] == f"1 - slo:sli_error:ratio_rate30d{ours} / 0.001"
    assert found["slo:burn_rate:ratio_rate6h"] == f"slo:sli_error:ratio_rate6h{ours} / 0.001"


def test_annotations_say_factor_budget_window_and_promise() -> None:
    found = alerts(objective("answers"))[0].annotations

    assert found["burn_factor"] == "14.4"
    assert found["summary"] == "Answers are good: the error budget burns 14.4 times too fast"
    assert "99.9 % of 30d are promised" in found["description"]
    assert "2 % of the budget goes in 1h" in found["description"]
    assert "slo:error_budget_remaining:ratio{slo='shop-answers'}" in found["budget_left"]


def test_every_burn_alert_leads_to_its_runbook_and_dashboard() -> None:
    service = small()
    group = objective_group(service, service.systems[0], objective("answers"))

    for rule in group.rules:
        if isinstance(rule, AlertingRule):
            assert rule.annotations["runbook"] == "monitoring/runbooks/ShopAnswersBudgetBurn.md"
            assert rule.annotations["runbook_url"] == "https://example.com/runbooks/ShopAnswersBudgetBurn.md"
            assert rule.annotations["dashboard_url"].endswith("&var-slo=shop-answers")


def test_a_widened_window_is_said_aloud() -> None:
    fast, slow = objective("answers", low()).notes

    assert fast == (
        "shop-answers: 2 % of the budget in 1h would need a burn rate of 14.4, but a full outage burns at most 5 times "
        "too fast at 80 %; widened to 3h (factor 4.8)"
    )
    assert slow.endswith("widened to 8h (factor 4.5)")
    assert low().notes == (fast, slow)


def test_a_window_that_is_left_out_is_said_aloud() -> None:
    found = objective("answers", short()).notes

    assert [note.partition(" is no news")[0] for note in found] == [
        "shop-answers: 10 % of the budget in 1d",
        "shop-answers: 10 % of the budget in 3d",
    ]


def test_notes_speak_of_real_time_in_a_scaled_bundle_too() -> None:
    assert objective("answers", low()).notes == objective("answers", low().scaled(60)).notes
