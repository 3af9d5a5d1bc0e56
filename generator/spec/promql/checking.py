"""Walks an expression from the leaves up, telling what the results of each part can be."""

from collections import Counter
from dataclasses import replace
from typing import NamedTuple

import promql_parser as parser

from generator.domain.metric import MetricType
from generator.domain.selector import Selector
from generator.spec.catalogue import LE, Catalogue, Found
from generator.spec.problems import did_you_mean
from generator.spec.promql import numbers
from generator.spec.promql.findings import IDENTIFIERS, Finding
from generator.spec.promql.matching import matched
from generator.spec.promql.part import UNKNOWN, Part
from generator.spec.promql.reading import COMPARISONS, SET_OPERATORS, bare, filters, parsed, without_variables
from generator.spec.promql.selecting import selector, too_short

_COUNTER_FUNCTIONS = frozenset(["rate", "irate", "increase", "resets"])
_GAUGE_FUNCTIONS = frozenset(["delta", "idelta", "deriv", "predict_linear"])
_SAME_VALUES = frozenset(
    ["abs", "ceil", "floor", "round", "sort", "sort_desc", "clamp", "clamp_max", "clamp_min", "last_over_time"]
    + [f"{kind}_over_time" for kind in ("min", "max", "avg", "quantile")]
)
"""Functions whose results lie among the values that they are given."""
_PICKING = frozenset(["topk", "bottomk", "limitk", "limit_ratio"])
_COUNTING = frozenset(["count", "group", "count_values", "stddev", "stdvar"])
_OF_UNKNOWN_LABELS = frozenset(["vector", "time", "scalar"])


class Checked(NamedTuple):
    """What was found in an expression.

    Attributes:
        selectors: every selector in it.
        findings: everything wrong with it.
        labels: the label keys that its results can have; None when that cannot be told.
    """

    selectors: tuple[Selector, ...]
    findings: list[Finding]
    labels: frozenset[str] | None


def check_expression(text: str, catalogue: Catalogue) -> Checked:
    """The selectors in an expression, and everything wrong with it.

    Grafana's interval variables stand for five minutes. What reads a metric whose own entry is wrong is not judged.
    """
    expression, findings = parsed(without_variables(text))
    if expression is None:
        return Checked((), findings, None)
    checker = _Checker(catalogue)
    labels = checker.part(expression).labels
    if any(read.metric.name in catalogue.broken for read in checker.selectors):
        return Checked((), [], None)
    return Checked(tuple(checker.selectors), checker.findings, labels)


class _Checker:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.findings: list[Finding] = []
        self.selectors: list[Selector] = []

    def _find(self, what: str, remedy: str) -> None:
        self.findings.append(Finding(what, remedy))

    def part(self, node: parser.Expr) -> Part:
        """What is known of a node's results; what is wrong in it is found."""
        if isinstance(node, parser.ParenExpr | parser.SubqueryExpr):
            return self.part(node.expr)
        if isinstance(node, parser.UnaryExpr):
            return Part(self.part(node.expr).labels)
        if isinstance(node, parser.VectorSelector):
            return self._selected(node)
        if isinstance(node, parser.MatrixSelector):
            return self._ranged(node)
        if isinstance(node, parser.AggregateExpr):
            return self._aggregated(node)
        if isinstance(node, parser.Call):
            return self._called(node)
        if isinstance(node, parser.BinaryExpr):
            return self._combined(node)
        return UNKNOWN

    def _selected(self, node: parser.VectorSelector) -> Part:
        read, findings = selector(node, self._catalogue)
        self.findings.extend(findings)
        found = self._catalogue.find(node.name or "")
        if read is None or found is None:
            return UNKNOWN
        self.selectors.append(read)
        metric = read.metric
        if metric.type is MetricType.HISTOGRAM and not read.suffix:
            what = f"the histogram {metric.name} has no series of that name"
            self._find(what, f"use {metric.name}_bucket, _count or _sum")
        return Part(
            found.label_names,
            counter=read.name if found.grows else "",
            is_share=metric.type is MetricType.GAUGE and metric.unit.name == "ratio",
            buckets_of=metric if read.suffix == "_bucket" else None,
        )

    def _ranged(self, node: parser.MatrixSelector) -> Part:
        part = self._selected(node.vector_selector)
        short = too_short(node, self._catalogue)
        if short and part.labels is not None:
            self.findings.append(short)
        return part

    def _aggregated(self, node: parser.AggregateExpr) -> Part:
        inner = self.part(node.expr)
        operator, labels = str(node.op), self._grouped(node, inner)
        if node.param is not None:
            self.part(node.param)
        if operator == "count_values" and isinstance(node.param, parser.StringLiteral):
            labels = self._with_label(labels or frozenset(), node.param.val)
        if operator in _COUNTING:
            return Part(labels)
        return replace(inner, labels=labels, is_share=inner.is_share and operator != "sum")

    def _grouped(self, node: parser.AggregateExpr, inner: Part) -> frozenset[str] | None:
        if str(node.op) in _PICKING:
            return inner.labels
        if node.modifier is None:
            return frozenset()
        named, known = frozenset(node.modifier.labels), inner.labels
        for label in sorted(named & self._catalogue.forbidden):
            self._find(f"grouping by the forbidden label {label!r}", IDENTIFIERS)
        if node.modifier.type != parser.AggModifierType.By:
            return known - named if known is not None else None
        for label in sorted(named - known if known is not None else []):
            self._find(f"groups by {label!r}, which its series do not have", did_you_mean(label, known or ()))
        return named

    def _with_label(self, labels: frozenset[str], label: str) -> frozenset[str]:
        """The labels and one that the expression makes."""
        if label in self._catalogue.forbidden:
            self._find(f"makes the forbidden label {label!r}", IDENTIFIERS)
        return labels | {label}

    def _called(self, node: parser.Call) -> Part:
        name, parts = node.func.name, [self.part(argument) for argument in node.args]
        if name == "histogram_quantile":
            return self._quantile(node, parts[1])
        if name in {"label_replace", "label_join"}:
            return self._relabelled(node, parts[0])
        if node.args:
            self._check_range(name, node.args[0])
        if name in {"absent", "absent_over_time"}:
            return Part(_pinned(node.args[0]))
        if name in _OF_UNKNOWN_LABELS:
            return UNKNOWN
        given = next((part for part in parts if part.labels is not None), UNKNOWN)
        if name in _SAME_VALUES:
            return given
        return Part(given.labels, buckets_of=given.buckets_of if name in _COUNTER_FUNCTIONS else None)

    def _quantile(self, node: parser.Call, buckets: Part) -> Part:
        numbers.check_quantile(node.args[0], self._find)
        if buckets.labels is None:
            return UNKNOWN
        if LE not in buckets.labels:
            self._find("histogram_quantile without the label 'le'", "keep le in the aggregation")
        elif buckets.counter:
            what = f"histogram_quantile over {buckets.counter} counts everything since the process began"
            self._find(what, f"write rate({buckets.counter}[5m]) inside")
        return Part(buckets.labels - {LE}, quantile_of=buckets.buckets_of)

    def _relabelled(self, node: parser.Call, given: Part) -> Part:
        """`label_replace(v, made, replacement, read, regex)` and `label_join(v, made, separator, read...)`."""
        texts = [argument.val if isinstance(argument, parser.StringLiteral) else "" for argument in node.args[1:]]
        read = texts[2:3] if node.func.name == "label_replace" else texts[2:]
        for label in sorted({*read} - given.labels if given.labels is not None else []):
            if label:
                what = f"reads the label {label!r}, which its series do not have"
                self._find(what, did_you_mean(label, given.labels or ()))
        return replace(given, labels=self._with_label(given.labels or frozenset(), texts[0]))

    def _check_range(self, function: str, node: parser.Expr) -> None:
        """The range that a function over time is given: of counters or of gauges, and not of sums of counters."""
        inner: parser.Expr | None
        if isinstance(node, parser.SubqueryExpr):
            inner = bare(node.expr)
            if function in _COUNTER_FUNCTIONS and not isinstance(inner, parser.VectorSelector):
                what = f"{function} over a subquery cannot tell a restarted process from work undone"
                self._find(what, f"take the {function} of the series first, then aggregate: sum({function}(...[5m]))")
        else:
            inner = node.vector_selector if isinstance(node, parser.MatrixSelector) else None
        found = self._catalogue.find(inner.name or "") if isinstance(inner, parser.VectorSelector) else None
        if found:
            self._check_type(function, found)

    def _check_type(self, function: str, found: Found) -> None:
        metric = found.metric
        if metric.type is MetricType.HISTOGRAM and not found.suffix:
            return
        if function in _COUNTER_FUNCTIONS and not found.grows:
            what = f"{function} over the {metric.type} {metric.name}"
            self._find(what, "use deriv or delta for what goes up and down")
        if function in _GAUGE_FUNCTIONS and found.grows:
            self._find(f"{function} over the counter {metric.name}", "use rate or increase for what only grows")

    def _combined(self, node: parser.BinaryExpr) -> Part:
        left, right = self.part(node.lhs), self.part(node.rhs)
        operator = str(node.op)
        if operator in {"/", "%"}:
            numbers.check_divisor(node.rhs, self._find)
        if operator in COMPARISONS:
            numbers.check_comparison(node, left, right, self._find)
        if left.labels is None or right.labels is None:
            vector = left if left.labels is not None else right
            return vector if filters(node) else Part(vector.labels)
        labels = matched(node, left.labels, right.labels, self._find)
        if operator in SET_OPERATORS or filters(node):
            return replace(left, labels=labels, is_share=left.is_share and (operator != "or" or right.is_share))
        return Part(labels)


def _pinned(node: parser.Expr) -> frozenset[str]:
    """The labels of `absent`: those that exactly one matcher of the selector in it says, and with `=`."""
    node = bare(node)
    node = node.vector_selector if isinstance(node, parser.MatrixSelector) else node
    if not isinstance(node, parser.VectorSelector):
        return frozenset()
    matchers = node.matchers.matchers
    named = Counter(matcher.name for matcher in matchers)
    return frozenset(one.name for one in matchers if one.op == parser.MatchOp.Equal and named[one.name] == 1)
