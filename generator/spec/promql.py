"""PromQL that a person wrote, parsed and held against the catalogue.

Finds what Prometheus would only show as silence: a metric or label nobody exposes, `rate` over a gauge, a quantile
without `le`, labels that never match one to one, a division that is 0/0 on an idle system.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import promql_parser as parser

from generator.domain.metric import Label, MetricType
from generator.domain.selector import Matcher, Matching, Selector
from generator.spec.catalogue import Catalogue, Found
from generator.spec.problems import did_you_mean

_COUNTER_FUNCTIONS = frozenset(["rate", "irate", "increase", "resets"])
_GAUGE_FUNCTIONS = frozenset(["delta", "idelta", "deriv", "predict_linear"])
_COMPARISONS = frozenset([">", "<", ">=", "<=", "==", "!="])
_GRAFANA = re.compile(r"\$__(?:rate_interval|interval|range)")
_VARIABLE = re.compile(r"\$\{?[a-z_]+\}?")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong inside an expression."""

    what: str
    remedy: str


def read_selector(text: str, catalogue: Catalogue) -> tuple[Selector | None, list[Finding]]:
    """The selector that `text` is, and everything wrong with it."""
    expression, findings = _parsed(text)
    if expression is None:
        return None, findings
    if not isinstance(expression, parser.VectorSelector) or expression.offset or expression.at:
        return None, [Finding(f"{text!r} is no plain selector", "write one metric with matchers, without functions")]
    return _selector(expression, catalogue)


def check_expression(text: str, catalogue: Catalogue) -> tuple[tuple[Selector, ...], list[Finding]]:
    """The selectors in an expression, and everything wrong with it.

    Grafana's interval variables stand for five minutes.
    """
    expression, findings = _parsed(_VARIABLE.sub("variable", _GRAFANA.sub("5m", text)))
    if expression is None:
        return (), findings
    checker = _Checker(catalogue)
    checker.labels(expression)
    return tuple(checker.selectors), checker.findings


def variables(text: str) -> list[str]:
    """Grafana's variables in an expression, which only a dashboard knows."""
    return _VARIABLE.findall(text)


def compares(text: str) -> bool:
    """Whether an expression has a result only under some condition."""
    expression, _ = _parsed(text)
    return expression is not None and _is_conditional(expression)


def _is_conditional(node: parser.Expr) -> bool:
    if isinstance(node, parser.ParenExpr):
        return _is_conditional(node.expr)
    if not isinstance(node, parser.BinaryExpr):
        return isinstance(node, parser.Call) and node.func.name.startswith("absent")
    if str(node.op) == "or":
        return _is_conditional(node.lhs) and _is_conditional(node.rhs)
    if str(node.op) == "and":
        return _is_conditional(node.lhs) or _is_conditional(node.rhs)
    return str(node.op) == "unless" or _filters(node)


def _filters(node: parser.BinaryExpr) -> bool:
    """Whether it is a comparison that drops what does not fulfil it, instead of answering 0 or 1."""
    return str(node.op) in _COMPARISONS and not (node.modifier and node.modifier.return_bool)


def _parsed(text: str) -> tuple[parser.Expr | None, list[Finding]]:
    try:
        return parser.parse(text), []
    except ValueError as error:
        return None, [Finding(f"invalid PromQL: {error}", "mend the expression")]


def _selector(node: parser.VectorSelector, catalogue: Catalogue) -> tuple[Selector | None, list[Finding]]:
    found = catalogue.find(node.name or "")
    if found is None:
        return None, [_unknown(node.name or "", catalogue)]
    broken = list(_unreadable(node))
    if broken:
        return None, broken
    matchers = tuple(Matcher(matcher.name, _matching(matcher.op), matcher.value) for matcher in node.matchers.matchers)
    findings = [finding for matcher in matchers for finding in _label_findings(found, matcher, catalogue)]
    return Selector(found.metric, matchers, found.suffix), findings


def _unknown(name: str, catalogue: Catalogue) -> Finding:
    if not name:
        return Finding("a selector without a metric name reads everything", "name the metric")
    return Finding(f"metric {name!r} is not in the catalogue", did_you_mean(name, catalogue.names))


def _unreadable(node: parser.VectorSelector) -> Iterator[Finding]:
    """What the parser accepts and either Prometheus does not, or we cannot tell the meaning of."""
    if node.matchers.or_matchers:
        yield Finding("'or' between matchers", 'write a regular expression, such as label=~"a|b"')
    for matcher in node.matchers.matchers:
        if _matching(matcher.op) in {Matching.REGEX, Matching.NOT_REGEX}:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    re.compile(matcher.value)
            except (re.error, FutureWarning) as error:
                yield Finding(
                    f"{matcher.value!r} is no regular expression that we can read: {error}", "write it simpler"
                )


def _matching(operator: parser.MatchOp) -> Matching:
    if operator == parser.MatchOp.Equal:
        return Matching.EQUAL
    if operator == parser.MatchOp.NotEqual:
        return Matching.UNEQUAL
    return Matching.REGEX if operator == parser.MatchOp.Re else Matching.NOT_REGEX


def _label_findings(found: Found, matcher: Matcher, catalogue: Catalogue) -> Iterator[Finding]:
    label = found.label(matcher.label)
    if matcher.label in catalogue.forbidden:
        yield Finding(f"label {matcher.label!r} is forbidden", "identifiers belong into logs and traces")
    elif label is None:
        remedy = did_you_mean(matcher.label, found.label_names)
        yield Finding(f"{found.metric.name} has no label {matcher.label!r}", remedy)
    elif label.values:
        yield from _value_findings(found, label, matcher)


def _value_findings(found: Found, label: Label, matcher: Matcher) -> Iterator[Finding]:
    if matcher.matching in {Matching.EQUAL, Matching.UNEQUAL}:
        if matcher.value and matcher.value not in label.values:
            what = f"{matcher.value!r} is no value of {label.name} of {found.metric.name}"
            yield Finding(what, did_you_mean(matcher.value, label.values))
        return
    if not any(re.fullmatch(matcher.value, value) for value in label.values):
        what = f"{matcher.value!r} matches no value of {label.name} of {found.metric.name}"
        yield Finding(what, f"known here: {', '.join(label.values)}")


class _Checker:
    """Walks an expression from the leaves up, telling which labels each part can have."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.findings: list[Finding] = []
        self.selectors: list[Selector] = []

    def _find(self, what: str, remedy: str) -> None:
        self.findings.append(Finding(what, remedy))

    def labels(self, node: parser.Expr) -> frozenset[str] | None:
        """The label keys that results can have; None when that cannot be told, as for scalars."""
        if isinstance(node, parser.ParenExpr | parser.UnaryExpr | parser.SubqueryExpr):
            return self.labels(node.expr)
        if isinstance(node, parser.VectorSelector):
            return self._selected(node)
        if isinstance(node, parser.MatrixSelector):
            return self._selected(node.vector_selector)
        if isinstance(node, parser.AggregateExpr):
            return self._aggregated(node)
        if isinstance(node, parser.Call):
            return self._called(node)
        if isinstance(node, parser.BinaryExpr):
            return self._combined(node)
        return None

    def _selected(self, node: parser.VectorSelector) -> frozenset[str] | None:
        selector, findings = _selector(node, self._catalogue)
        self.findings.extend(findings)
        if selector is None:
            return None
        self.selectors.append(selector)
        if selector.metric.type is MetricType.HISTOGRAM and not selector.suffix:
            name = selector.metric.name
            self._find(f"the histogram {name} has no series of that name", f"use {name}_bucket, _count or _sum")
        found = self._catalogue.find(selector.name)
        return found.label_names if found else None

    def _aggregated(self, node: parser.AggregateExpr) -> frozenset[str] | None:
        inner = self.labels(node.expr)
        if node.param is not None:
            self.labels(node.param)
        modifier = node.modifier
        if str(node.op) in {"topk", "bottomk", "limitk"}:
            return inner
        if modifier is None:
            return frozenset()
        named = frozenset(modifier.labels)
        for label in sorted(named & self._catalogue.forbidden):
            self._find(f"grouping by the forbidden label {label!r}", "identifiers belong into logs and traces")
        if modifier.type == parser.AggModifierType.By:
            for label in sorted(named - inner if inner is not None else []):
                self._find(f"groups by {label!r}, which its series do not have", did_you_mean(label, inner or ()))
            return named
        return inner - named if inner is not None else None

    def _called(self, node: parser.Call) -> frozenset[str] | None:
        name = node.func.name
        argument_labels = [self.labels(argument) for argument in node.args]
        if name == "histogram_quantile":
            labels = argument_labels[1]
            if labels is not None and "le" not in labels:
                self._find("histogram_quantile without the label 'le'", "keep le in the aggregation")
            return labels - {"le"} if labels is not None else None
        if node.args and isinstance(node.args[0], parser.MatrixSelector):
            self._check_range(name, node.args[0])
        if name.startswith("absent") or name in {"label_replace", "label_join", "vector", "time", "scalar"}:
            return None
        return next((labels for labels in argument_labels if labels is not None), None)

    def _check_range(self, function: str, node: parser.MatrixSelector) -> None:
        found = self._catalogue.find(node.vector_selector.name or "")
        if found is None or (found.metric.type is MetricType.HISTOGRAM and not found.suffix):
            return
        if function in _COUNTER_FUNCTIONS and not found.grows:
            kind = "gauge" if found.metric.type is MetricType.GAUGE else found.metric.type
            self._find(
                f"{function} over the {kind} {found.metric.name}", "use deriv or delta for what goes up and down"
            )
        if function in _GAUGE_FUNCTIONS and found.grows:
            self._find(f"{function} over the counter {found.metric.name}", "use rate or increase for what only grows")

    def _combined(self, node: parser.BinaryExpr) -> frozenset[str] | None:
        left, right = self.labels(node.lhs), self.labels(node.rhs)
        operator = str(node.op)
        if operator == "/":
            self._check_divisor(node.rhs)
        if left is None or right is None:
            return left if left is not None else right
        if operator == "or":
            return left | right
        matching = node.modifier.matching if node.modifier else None
        if matching is not None and matching.type == parser.LabelModifierType.Include:
            for label in sorted(frozenset(matching.labels) - left - right):
                self._find(f"matches on {label!r}, which neither side has", did_you_mean(label, left | right))
        if matching is None and left != right:
            ours, theirs = _listed(left), _listed(right)
            self._find(
                f"the sides of '{operator}' have different labels ({ours} and {theirs}) and never match",
                "aggregate both by the same labels, or say on (...)",
            )
        return left

    def _check_divisor(self, node: parser.Expr) -> None:
        while isinstance(node, parser.ParenExpr):
            node = node.expr
        if isinstance(node, parser.NumberLiteral | parser.StringLiteral):
            return
        if isinstance(node, parser.BinaryExpr) and _leaves_zero_out(node):
            return
        if isinstance(node, parser.Call) and _is_positive(node):
            return
        if isinstance(node, parser.BinaryExpr) and not _reads(node):
            return
        if isinstance(node, parser.VectorSelector) and (node.name or "").endswith(":ratio"):
            return
        self._find("divides by what can be zero", "write / (divisor > 0), so that an idle system gives no result")


def _is_positive(node: parser.Call) -> bool:
    """Whether it is `vector(n)` or `clamp_min(x, n)` with a number above zero."""
    last = node.args[-1] if node.args else None
    return node.func.name in {"vector", "clamp_min"} and isinstance(last, parser.NumberLiteral) and last.val > 0


def _leaves_zero_out(node: parser.BinaryExpr) -> bool:
    """Whether it is a filter that zero never passes."""
    if not _filters(node) or not isinstance(node.rhs, parser.NumberLiteral):
        return False
    limit, operator = node.rhs.val, str(node.op)
    return limit >= 0 if operator == ">" else limit == 0 if operator == "!=" else limit > 0 and operator == ">="


def _reads(node: parser.Expr) -> bool:
    if isinstance(node, parser.VectorSelector | parser.MatrixSelector):
        return True
    if isinstance(node, parser.BinaryExpr):
        return _reads(node.lhs) or _reads(node.rhs)
    if isinstance(node, parser.Call):
        return any(_reads(argument) for argument in node.args)
    return _reads(node.expr) if hasattr(node, "expr") else False


def _listed(labels: frozenset[str]) -> str:
    return ", ".join(sorted(labels)) or "none"
