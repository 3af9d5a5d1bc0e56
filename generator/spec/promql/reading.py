"""Text to a syntax tree, and what the tree alone tells: variables, constants, whether a result is conditional."""

import re
from datetime import timedelta

import promql_parser as parser

from generator.domain.duration import Duration
from generator.spec.promql.findings import Finding

COMPARISONS = frozenset([">", "<", ">=", "<=", "==", "!="])
SET_OPERATORS = frozenset(["and", "or", "unless"])
_GRAFANA = re.compile(r"\$__(?:rate_interval|interval|range)")
_VARIABLE = re.compile(r"\$\{?[a-z_]+\}?")


def parsed(text: str) -> tuple[parser.Expr | None, list[Finding]]:
    """The tree of an expression, or why there is none."""
    try:
        return parser.parse(text), []
    except ValueError as error:
        return None, [Finding(f"invalid PromQL: {error}", "mend the expression")]


def without_variables(text: str) -> str:
    """The text with Grafana's interval variables as five minutes, and its others as a word."""
    return _VARIABLE.sub("variable", _GRAFANA.sub("5m", text))


def variables(text: str) -> list[str]:
    """Grafana's variables in an expression, which only a dashboard knows."""
    return _VARIABLE.findall(text)


def bare(node: parser.Expr) -> parser.Expr:
    """The node inside its parentheses."""
    while isinstance(node, parser.ParenExpr):
        node = node.expr
    return node


def constant(node: parser.Expr) -> float | None:
    """The number that a node is, computed from literals alone; None when it reads or cannot be told."""
    node = bare(node)
    if isinstance(node, parser.NumberLiteral):
        return float(node.val)
    if isinstance(node, parser.UnaryExpr):
        value = constant(node.expr)
        return None if value is None else -value
    if not isinstance(node, parser.BinaryExpr):
        return None
    left, right = constant(node.lhs), constant(node.rhs)
    if left is None or right is None:
        return None
    match str(node.op):
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/" if right:
            return left / right
        case _:
            return None


def length(span: timedelta) -> Duration:
    """The length of a range, as the parser gives it."""
    return Duration(int(span / timedelta(milliseconds=1)))


def filters(node: parser.BinaryExpr) -> bool:
    """Whether it is a comparison that drops what does not fulfil it, instead of answering 0 or 1."""
    return str(node.op) in COMPARISONS and not (node.modifier and node.modifier.return_bool)


def compares(text: str) -> bool:
    """Whether an expression has a result only under some condition."""
    expression, _ = parsed(text)
    return expression is not None and _is_conditional(expression)


def _is_conditional(node: parser.Expr) -> bool:
    node = bare(node)
    if not isinstance(node, parser.BinaryExpr):
        return isinstance(node, parser.Call) and node.func.name.startswith("absent")
    if str(node.op) == "or":
        return _is_conditional(node.lhs) and _is_conditional(node.rhs)
    if str(node.op) == "and":
        return _is_conditional(node.lhs) or _is_conditional(node.rhs)
    return str(node.op) == "unless" or filters(node)
