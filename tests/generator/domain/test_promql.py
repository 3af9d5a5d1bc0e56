"""Holds the building blocks to the canonical form, and the two shapes that are easy to get wrong to their text."""

import re

import pytest
from promql_parser import parse

from generator.domain import promql
from generator.domain.duration import Duration
from generator.domain.metric import Metric, MetricType
from generator.domain.quantity import Unit
from generator.domain.selector import Matcher, Matching, Selector

X = Selector(Metric("x", MetricType.COUNTER, Unit("events"), "Help."), (Matcher("a", Matching.EQUAL, "b"),))
TEN = Duration(600_000)


@pytest.mark.parametrize(
    ("built", "text"),
    [
        (promql.aggregate("max", (), "x"), "max(x)"),
        (promql.aggregate("max", ("a", "b"), "x"), "max by (a, b) (x)"),
        (promql.rate(X, TEN), 'sum(rate(x{a="b"}[10m]))'),
        (promql.rate(X, TEN, ("a",)), 'sum by (a) (rate(x{a="b"}[10m]))'),
        (promql.increase(X, TEN), 'sum(increase(x{a="b"}[10m]))'),
        (promql.ratio("a", "b"), "(a or b * 0) / (b > 0)"),
    ],
    ids=["over everything", "by labels", "rate", "rate by label", "increase", "ratio"],
)
def test_a_building_block_has_one_form(built: str, text: str) -> None:
    assert built == text
    parse(built)


def test_events_count_a_birth_and_a_restart_whole() -> None:
    built = promql.events(X, TEN)

    peak, start = 'max_over_time(x{a="b"}[10m])', 'last_over_time(x{a="b"}[10m] offset 10m)'
    assert built == f"sum({peak} - {start} >= 0 or {peak})"
    parse(built)


@pytest.mark.parametrize(
    ("bound", "accepted", "refused"),
    [
        ("5000", ["5000", "5000.0"], ["50000", "5000.5", "15000"]),
        ("0.5", ["0.5"], ["0.55", "005", "0x5"]),
        ("0", ["0", "0.0"], ["00", "0.1"]),
    ],
)
def test_a_bucket_is_found_in_either_spelling_of_its_bound(bound: str, accepted: list[str], refused: list[str]) -> None:
    pattern = promql.exact_le(bound)

    assert [text for text in (*accepted, *refused) if re.fullmatch(pattern, text)] == accepted


@pytest.mark.parametrize(
    ("expression", "divided"),
    [
        ("rate(x[10m]) > 5", "rate(x[10s]) > 5"),
        ("max_over_time(x[1h:5m])", "max_over_time(x[1m:5s])"),
        ("sum_over_time(x[1h:])", "sum_over_time(x[1m:])"),
        ("x - x offset 5m", "x - x offset 5s"),
        ("x offset -1h30m", "x offset -1m30s"),
        ('x{a=~"[0-9]+"} > 300', 'x{a=~"[0-9]+"} > 300'),
        ("rate(x[$__rate_interval])", "rate(x[$__rate_interval])"),
        ("x5m > 5", "x5m > 5"),
    ],
)
def test_a_persons_expression_is_divided_in_its_ranges_and_nowhere_else(expression: str, divided: str) -> None:
    assert promql.divided(expression, 60) == divided
