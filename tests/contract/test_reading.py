"""Holds the expression reader, on which the contract rests, to the shapes that rules take."""

from datetime import timedelta
from decimal import Decimal

import pytest

from .reading import read

TEN = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("expression", "verdicts"),
    [
        ("x > 0.02", {(">", Decimal("0.02"))}),
        ("x < 5e9", {("<", Decimal("5e9"))}),
        ("0.95 > x", {("<", Decimal("0.95"))}),
        ("(max by (a) (time() - x)) > 3600", {(">", Decimal(3600))}),
        ("(x or y * 0) / (y > 0) > 0.2", {(">", Decimal("0.2"))}),
        ("x > 0.2 and on () y > 5", {(">", Decimal("0.2"))}),
        ("up == 0 or absent(up)", {("==", Decimal(0))}),
        ("x > 1 or y > 2", {(">", Decimal(1)), (">", Decimal(2))}),
        ("x > bool 1", set()),
        ("x", set()),
    ],
)
def test_only_the_comparisons_at_the_top_decide(expression: str, verdicts: set[tuple[str, Decimal]]) -> None:
    assert read(expression).verdicts == verdicts


def test_ranges_offsets_and_subqueries_are_spans() -> None:
    found = read("max_over_time(x[10m]) - (x offset 5m) > 0 or max_over_time((y == 0)[1h:1m]) > 0").spans
    assert found == {TEN, TEN / 2, 6 * TEN}


def test_every_selector_is_read_with_its_matchers() -> None:
    found = read('x{b=~"z|a",c!="d"} / on () x > 1').series
    assert found == {("x", frozenset({'b=~"a|z"', 'c!="d"'})), ("x", frozenset())}


def test_an_aggregation_without_by_keeps_no_label() -> None:
    assert read("max by (a, b) (x) + sum(x)").groupings == (frozenset({"a", "b"}), frozenset())


def test_the_quantile_of_a_histogram_is_read() -> None:
    found = read("histogram_quantile(0.95, sum by (le) (rate(x_bucket[10m]))) > 1").quantiles
    assert found == (Decimal("0.95"),)


def test_what_stands_right_of_unless_is_the_exception() -> None:
    assert read("x > 0 unless on () (sum(y) > 0)").exceptions == {("y", frozenset())}
