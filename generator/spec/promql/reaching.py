"""What an alert's expression reads, and how far from now: a rule knows no other time, and a server forgets."""

from collections.abc import Iterator

import promql_parser as parser

from generator.domain.conditions.base import LONGEST
from generator.domain.duration import Duration
from generator.spec.promql.findings import Finding
from generator.spec.promql.reading import bare, length, parsed

_NOW = Duration(0)
_RETENTION = f"stay within {LONGEST}: Prometheus keeps 15d unless told otherwise"


def rule_findings(text: str) -> list[Finding]:
    """What a panel may ask and an alert may not: another time than now, the far past, nothing at all."""
    expression, _ = parsed(text)
    if expression is None:  # told where the expression is checked
        return []
    found = list(dict.fromkeys(_times(expression, _NOW, _NOW)))
    if not _reads(expression):
        found.append(Finding("a part of it reads no metric, so it is always true or never", "compare a metric's value"))
    return found


def _times(node: parser.Expr, ranges: Duration, offsets: Duration) -> Iterator[Finding]:
    """Ranges and offsets of subqueries add up with what lies in them, each up to a bound of its own."""
    if isinstance(node, parser.MatrixSelector):
        yield from _ranged(ranges + length(node.range))
        yield from _times(node.vector_selector, ranges, offsets)
        return
    if isinstance(node, parser.SubqueryExpr) and node.range:
        ranges += length(node.range)
        yield from _ranged(ranges)
    if isinstance(node, parser.VectorSelector | parser.SubqueryExpr):
        if node.at is not None and node.at.type == parser.AtModifierType.At:
            yield Finding(f"{node.at} is always the same moment, so its result never changes", "remove the @")
        if node.offset is not None:
            offset = length(node.offset)
            offsets += offset
            yield from _moved(offset, offsets)
    for child in _children(node):
        yield from _times(child, ranges, offsets)


def _ranged(ranges: Duration) -> Iterator[Finding]:
    if ranges > LONGEST:
        yield Finding(f"looks back over {ranges}, longer than {LONGEST}", _RETENTION)


def _moved(offset: Duration, offsets: Duration) -> Iterator[Finding]:
    if offset < _NOW:
        yield Finding("its offset is negative, and a rule cannot look into the future", "remove the minus")
    elif offsets > LONGEST:
        yield Finding(f"looks at what was {offsets} ago, longer than {LONGEST}", _RETENTION)


def _reads(node: parser.Expr) -> bool:
    """Whether its result depends on some series, whichever side of an `or` it comes from."""
    node = bare(node)
    if isinstance(node, parser.BinaryExpr) and str(node.op) == "or":
        return _reads(node.lhs) and _reads(node.rhs)
    return _selects(node)


def _selects(node: parser.Expr) -> bool:
    return isinstance(node, parser.VectorSelector | parser.MatrixSelector) or any(map(_selects, _children(node)))


def _children(node: parser.Expr) -> Iterator[parser.Expr]:
    if isinstance(node, parser.ParenExpr | parser.UnaryExpr | parser.SubqueryExpr | parser.AggregateExpr):
        yield node.expr
    if isinstance(node, parser.AggregateExpr) and node.param is not None:
        yield node.param
    if isinstance(node, parser.Call):
        yield from node.args
    if isinstance(node, parser.BinaryExpr):
        yield from (node.lhs, node.rhs)
