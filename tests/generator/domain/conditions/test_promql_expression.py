"""`promql`: an expression of one's own, with its own proof."""

import pytest

from generator.domain.conditions import Level
from generator.spec import load_text
from tests.generator.domain.conditions.levels import held, scripts
from tests.generator.specs import changed, condition, refusal, refusals

FIELDS = "measures: the queue is odd, unit: orders, fires: {queue_length: 9x30}, silent: {queue_length: 1x30}"
WHEN = f"{{promql: {{expr: 'max(deriv(queue_length[10m])) > 5', {FIELDS}}}}}"


def with_expression(expression: str) -> str:
    """The same with another expression."""
    return f"{{promql: {{expr: '{expression}', {FIELDS}}}}}"


def test_the_expression_and_the_sentence_are_the_persons_own() -> None:
    found = condition(WHEN)

    assert found.expression == "max(deriv(queue_length[10m])) > 5"
    assert found.sentence == "the queue is odd"
    assert str(found.unit) == "orders"


def test_the_selectors_in_it_are_known() -> None:
    assert [str(selector) for selector in condition(WHEN).selectors] == ["queue_length"]


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (Level.BREACHED, {"queue_length": "9x30"}),
        (Level.AT_THRESHOLD, {"queue_length": "1x30"}),
        (Level.IDLE, {"queue_length": "1x30"}),
        (Level.ABSENT, {}),
    ],
    ids=str,
)
def test_its_examples_are_played_as_written(level: Level, expected: dict[str, str]) -> None:
    assert scripts(condition(WHEN), level) == expected
    assert held(condition(WHEN)) == {Level.BREACHED}


def test_a_scaled_expression_looks_back_less_far() -> None:
    assert condition(WHEN).scaled(60).expression == "max(deriv(queue_length[10s])) > 5"


@pytest.mark.parametrize(
    "values",
    ["1", "0+1x60", "5x30 _x10 1", "-1-2x3 stale 4", "1e9x5 NaN Inf -inf", "_ 1.5x2"],
)
def test_values_may_be_all_that_promtool_reads(values: str) -> None:
    found = condition(WHEN.replace("9x30", f"'{values}'"))

    assert scripts(found, Level.BREACHED) == {"queue_length": values}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("fires: {queue_length: 9x30}", "fires: {}", "has fewer than 1 entries"),
        ("9x30", "many", "'many' are no values of a series; write promtool's notation"),
        ("9x30", "1x", "'1x' are no values of a series; write promtool's notation"),
        ("9x30", "'1,2,3'", "'1,2,3' are no values of a series; write promtool's notation"),
        ("fires: {queue_length", "fires: {queue_lenght", "metric 'queue_lenght' is not in the catalogue; did you mean"),
        ("fires: {queue_length", "fires: {'queue_length{shp=\"north\"}'", "queue_length has no label 'shp'; did you"),
    ],
    ids=["no example", "no values", "half a repetition", "commas", "unknown metric", "unknown label"],
)
def test_an_example_that_promtool_could_not_play_is_refused(old: str, new: str, problem: str) -> None:
    assert refusal(WHEN.replace(old, new)).startswith(problem)


@pytest.mark.parametrize(
    "expression",
    [
        "max(queue_length)",
        "max(queue_length) > bool 5",
        "max(queue_length) or min(queue_length)",
        "max(queue_length) > 5 or min(queue_length)",
        "max(queue_length) and min(queue_length)",
        "(max(queue_length))",
        "vector(1)",
    ],
)
def test_an_expression_that_always_has_a_result_is_refused(expression: str) -> None:
    assert refusal(with_expression(expression)) == "has a result all the time; end it with a comparison, such as > 5"


@pytest.mark.parametrize(
    "expression",
    [
        "max(queue_length) > 5",
        "(max(queue_length) > 5)",
        "5 < max(queue_length)",
        "max(queue_length) > 5 or min(queue_length) < 1",
        "max(queue_length) > 5 and min(queue_length)",
        "max(queue_length) unless min(queue_length) > 5",
        "absent(queue_length)",
        "absent_over_time(queue_length[5m])",
    ],
)
def test_an_expression_that_has_a_result_sometimes_is_accepted(expression: str) -> None:
    assert condition(with_expression(expression)).expression == expression


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (
            "max(deriv(queue_length[60d])) > 5",
            "looks back over 60d, longer than 7d; stay within 7d: Prometheus keeps 15d",
        ),
        ("max(max_over_time(queue_length[60d:1h])) > 5", "looks back over 60d, longer than 7d; stay within 7d"),
        ("max(max_over_time(deriv(queue_length[4d])[4d:1h])) > 5", "looks back over 8d, longer than 7d; stay within"),
        ("max(queue_length) > 2 * max(queue_length offset 30d)", "looks at what was 30d ago, longer than 7d; stay"),
        (
            "max(max_over_time((queue_length offset 4d)[1h:1m] offset 4d)) > 5",
            "looks at what was 8d ago, longer than 7d; stay within 7d",
        ),
        ("max(queue_length offset -5m) > 5", "its offset is negative, and a rule cannot look into the future; remove"),
        ("max(queue_length @ 1700000000) > 5", "@ 1700000000.000 is always the same moment, so its result never"),
        ("max(deriv(queue_length[5m] @ 1700000000)) > 5", "@ 1700000000.000 is always the same moment"),
        ("max(max_over_time(queue_length[1h:5m] @ 0)) > 5", "@ 0.000 is always the same moment"),
        ("vector(1) > 0", "a part of it reads no metric, so it is always true or never; compare a metric's value"),
        ("vector(time()) > 5", "a part of it reads no metric"),
        ("max(queue_length) > 5 or vector(1) > 0", "a part of it reads no metric"),
    ],
)
def test_an_expression_that_cannot_work_in_a_rule_is_refused(expression: str, said: str) -> None:
    assert refusal(with_expression(expression)).startswith(said)


@pytest.mark.parametrize(
    "expression",
    [
        "max(deriv(queue_length[7d])) > 5",
        "max(queue_length) > 2 * max(queue_length offset 1w)",
        "max(deriv(queue_length[5m] offset 7d)) > 5",
        "max(queue_length @ end()) > 5",
        "(max(queue_length) or vector(0)) > 5",
        "vector(1) > 0 and on () max(queue_length) > 5",
        "time() - max(last_order_timestamp) > 60",
        "topk(1, queue_length) > scalar(min(queue_length))",
    ],
)
def test_an_expression_that_looks_back_no_further_than_a_week_is_accepted(expression: str) -> None:
    assert condition(with_expression(expression)).expression == expression


def test_a_panel_may_look_back_for_longer_than_an_alert() -> None:
    text = changed("expr: 'sum(rate(requests_total[5m]))'", "expr: 'sum(rate(requests_total[30d]))'")

    assert load_text(text).systems


def test_the_labels_of_its_result_are_those_that_the_expression_leaves() -> None:
    assert condition(with_expression("max by (shop) (queue_length) > 5")).labels == ("shop",)
    assert condition(with_expression("queue_length > 5")).labels == ("instance", "job", "shop")
    assert condition(WHEN).labels == ()


def test_a_variable_of_grafana_is_refused_because_a_rule_knows_none() -> None:
    found = refusals(with_expression("max(deriv(queue_length[$__rate_interval])) > 5"))

    assert "a rule knows no variable $__rate_interval; write out what it stands for" in found
