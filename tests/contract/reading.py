"""What a PromQL expression compares, reads and calls, seen in its syntax tree."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final, TypeAlias

import promql_parser as promql

COMPARISONS: Final = frozenset({">", "<", "==", ">=", "<=", "!="})
MIRRORED: Final = {">": "<", "<": ">", ">=": "<=", "<=": ">="}

Compared: TypeAlias = tuple[str, Decimal]
Selection: TypeAlias = tuple[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """One expression, taken apart.

    Attributes:
        verdicts: comparisons with a number that decide whether the alert fires: those at the top.
        comparisons: all comparisons with a number, wherever they stand.
        spans: every range and every offset.
        series: metric and matchers of every selector.
        calls: names of all functions.
        operators: all binary operators.
        groupings: the `by` labels of every aggregation; none for one over everything.
        quantiles: first arguments of `histogram_quantile`.
        exceptions: what stands right of an `unless` at the top.
    """

    verdicts: frozenset[Compared]
    comparisons: frozenset[Compared]
    spans: frozenset[timedelta]
    series: frozenset[Selection]
    calls: frozenset[str]
    operators: frozenset[str]
    groupings: tuple[frozenset[str], ...]
    quantiles: tuple[Decimal, ...]
    exceptions: frozenset[Selection]


def read(expression: str) -> Reading:
    """Parses and takes apart; raises ValueError for what is no PromQL."""
    root = promql.parse(expression)
    nodes = tuple(_nodes(root))
    calls = [node for node in nodes if isinstance(node, promql.Call)]
    binaries = [node for node in nodes if isinstance(node, promql.BinaryExpr)]
    return Reading(
        verdicts=frozenset(_verdicts(root)),
        comparisons=frozenset(found for node in binaries if (found := _compared(node))),
        spans=frozenset(_spans(nodes)),
        series=_series(nodes),
        calls=frozenset(call.func.name for call in calls),
        operators=frozenset(str(node.op) for node in binaries),
        groupings=tuple(_grouping(node) for node in nodes if isinstance(node, promql.AggregateExpr)),
        quantiles=tuple(_quantile(call) for call in calls if call.func.name == "histogram_quantile"),
        exceptions=frozenset().union(*(_series(tuple(_nodes(side))) for side in _exceptions(root))),
    )


def _nodes(root: promql.Expr) -> list[promql.Expr]:
    found: list[promql.Expr] = []
    promql.walk(root, found.append)
    return found


def _bare(node: promql.Expr) -> promql.Expr:
    return _bare(node.expr) if isinstance(node, promql.ParenExpr) else node


def _compared(node: promql.BinaryExpr) -> Compared | None:
    operator, left, right = str(node.op), _bare(node.lhs), _bare(node.rhs)
    if operator not in COMPARISONS or (node.modifier and node.modifier.return_bool):
        return None
    if isinstance(right, promql.NumberLiteral):
        return operator, Decimal(repr(right.val))
    if isinstance(left, promql.NumberLiteral):
        return MIRRORED.get(operator, operator), Decimal(repr(left.val))
    return None


def _verdicts(root: promql.Expr) -> Iterator[Compared]:
    """The comparisons that decide: through `or` on both sides, through `and` and `unless` on the left."""
    node = _bare(root)
    if not isinstance(node, promql.BinaryExpr):
        return
    if found := _compared(node):
        yield found
    elif str(node.op) in {"and", "or", "unless"}:
        yield from _verdicts(node.lhs)
        if str(node.op) == "or":
            yield from _verdicts(node.rhs)


def _exceptions(root: promql.Expr) -> Iterator[promql.Expr]:
    node = _bare(root)
    if isinstance(node, promql.BinaryExpr) and str(node.op) in {"and", "unless"}:
        yield from _exceptions(node.lhs)
        if str(node.op) == "unless":
            yield node.rhs


def _spans(nodes: tuple[promql.Expr, ...]) -> Iterator[timedelta]:
    for node in nodes:
        if isinstance(node, (promql.MatrixSelector, promql.SubqueryExpr)) and node.range:
            yield node.range
        if isinstance(node, (promql.VectorSelector, promql.SubqueryExpr)) and node.offset:
            yield node.offset


def _series(nodes: tuple[promql.Expr, ...]) -> frozenset[Selection]:
    return frozenset(_selection(node) for node in nodes if isinstance(node, promql.VectorSelector))


def _selection(selector: promql.VectorSelector) -> Selection:
    matchers = frozenset(_matcher(matcher) for matcher in selector.matchers.matchers)
    return selector.name or "", matchers


def _matcher(matcher: promql.Matcher) -> str:
    """As PromQL writes it; the alternatives of a regular expression in alphabetical order."""
    operator = str(matcher).removeprefix(matcher.name).split('"')[0]
    value = "|".join(sorted(matcher.value.split("|"))) if "~" in operator else matcher.value
    return f'{matcher.name}{operator}"{value}"'


def _grouping(node: promql.AggregateExpr) -> frozenset[str]:
    modifier = node.modifier
    return frozenset(modifier.labels if modifier and modifier.type == promql.AggModifierType.By else ())


def _quantile(call: promql.Call) -> Decimal:
    first = call.args[0]
    return Decimal(repr(first.val)) if isinstance(first, promql.NumberLiteral) else Decimal("NaN")
