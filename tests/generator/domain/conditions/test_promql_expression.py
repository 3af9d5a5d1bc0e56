"""`promql`: an expression of one's own, with its own proof."""

import pytest

from generator.domain.conditions import Level
from tests.generator.domain.conditions.levels import held, scripts
from tests.generator.specs import condition, refusal, refusals

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


def test_a_variable_of_grafana_is_refused_because_a_rule_knows_none() -> None:
    found = refusals(with_expression("max(deriv(queue_length[$__rate_interval])) > 5"))

    assert "a rule knows no variable $__rate_interval; write out what it stands for" in found
