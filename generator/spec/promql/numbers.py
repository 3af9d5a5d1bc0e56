"""Numbers in expressions: divisors that can be zero, comparisons that nothing fulfils or that say nothing."""

from math import inf, isclose, isinf, isnan

import promql_parser as parser

from generator.domain.metric import Metric
from generator.domain.quantity import decimal
from generator.spec.promql.findings import Find
from generator.spec.promql.part import Part
from generator.spec.promql.reading import bare, constant, filters

_FLIPPED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}
_NEAR = 1e-9


def check_divisor(node: parser.Expr, find: Find) -> None:
    """Dividing by zero gives NaN or infinity, and neither compares as anybody expects."""
    number, inner = constant(node), bare(node)
    if number if number is not None else isinstance(inner, parser.StringLiteral):
        return
    if isinstance(inner, parser.BinaryExpr) and _leaves_zero_out(inner):
        return
    if isinstance(inner, parser.Call) and inner.func.name == "vector" and constant(inner.args[0]):
        return
    if isinstance(inner, parser.VectorSelector) and (inner.name or "").endswith(":ratio"):
        return
    find("divides by what can be zero", "write / (divisor > 0), so that an idle system gives no result")


def _leaves_zero_out(node: parser.BinaryExpr) -> bool:
    """Whether it is a filter that zero never passes."""
    limit, operator = constant(node.rhs), str(node.op)
    if not filters(node) or limit is None:
        return False
    return limit >= 0 if operator == ">" else limit == 0 if operator == "!=" else limit > 0 and operator == ">="


def check_comparison(node: parser.BinaryExpr, left: Part, right: Part, find: Find) -> None:
    """What stands beside a number in a comparison, and the number."""
    operator = str(node.op)
    on_right, on_left = constant(node.rhs), constant(node.lhs)
    if on_right is not None:
        _check(left, operator, on_right, find)
    elif on_left is not None:
        _check(right, _FLIPPED.get(operator, operator), on_left, find)


def _check(part: Part, operator: str, number: float, find: Find) -> None:
    if isnan(number) or (isinf(number) and _is_unreachable(operator, number, -inf, inf)):
        find(f"nothing is ever {operator} {number}", "compare with a number that can be crossed")
        return
    if part.counter:
        what = f"compares the counter {part.counter}, which only grows and starts again at zero"
        find(what, "compare its rate(...[5m]) or increase(...[5m])")
    if part.is_share and _is_unreachable(operator, number, 0, 1):
        find(f"a share is never {operator} {number:g}", "compare with a number between 0 and 1")
    if part.quantile_of and part.quantile_of.buckets:
        _check_bound(part.quantile_of, operator, number, find)


def _is_unreachable(operator: str, number: float, least: float, most: float) -> bool:
    """Whether no value between the two compares like that."""
    return {
        ">": number >= most,
        ">=": number > most,
        "<": number <= least,
        "<=": number < least,
        "==": not least <= number <= most,
    }.get(operator, False)


def _check_bound(histogram: Metric, operator: str, number: float, find: Find) -> None:
    """Between two bounds a quantile is a guess, and above the last there is none."""
    *below, last = histogram.buckets
    usable = ", ".join(map(decimal, below)) or "none; add a larger bucket"
    if not any(isclose(float(bound), number, rel_tol=_NEAR) for bound in histogram.buckets):
        find(f"{number:g} is no bucket bound of {histogram.name}", f"use one of {usable}")
    elif operator in {">", ">="} and isclose(float(last), number, rel_tol=_NEAR):
        what = f"no estimate lies above {decimal(last)}, the last bucket bound of {histogram.name}"
        find(what, f"add a larger bucket, or use one of {usable}")


def check_quantile(node: parser.Expr, find: Find) -> None:
    """The first argument of `histogram_quantile`."""
    phi = constant(node)
    if phi is not None and not 0 < phi < 1:
        find(f"{phi:g} is no quantile", "write a number between 0 and 1, such as 0.95")
