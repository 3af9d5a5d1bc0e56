"""Selectors held against the catalogue: metric, labels, their values, and how far back a range looks."""

import re
import warnings
from collections.abc import Iterator

import promql_parser as parser

from generator.domain.metric import Label
from generator.domain.quantity import decimal
from generator.domain.selector import Matcher, Matching, Selector
from generator.spec.catalogue import LE, Catalogue, Found
from generator.spec.problems import did_you_mean
from generator.spec.promql.findings import IDENTIFIERS, Finding
from generator.spec.promql.reading import length, parsed

_PLAIN = {Matching.EQUAL, Matching.UNEQUAL}
_GROUP = re.compile(r"\((?:\?:)?([^()]*)\)")
_LITERAL = re.compile(r"(?:[^\\.+*?()|\[\]{}^$]|\\[.+*?()\[\]{}^$-])*")
_ESCAPED = re.compile(r"\\(.)")


def read_selector(text: str, catalogue: Catalogue) -> tuple[Selector | None, list[Finding]]:
    """The selector that `text` is, and everything wrong with it."""
    expression, findings = parsed(text)
    if expression is None:
        return None, findings
    if not isinstance(expression, parser.VectorSelector) or expression.offset or expression.at:
        return None, [Finding(f"{text!r} is no plain selector", "write one metric with matchers, without functions")]
    return selector(expression, catalogue)


def selector(node: parser.VectorSelector, catalogue: Catalogue) -> tuple[Selector | None, list[Finding]]:
    """The selector that a node is, and everything wrong with it."""
    found = catalogue.find(node.name or "")
    if found is None:
        return None, [_unknown(node.name or "", catalogue)]
    broken = list(_unreadable(node))
    if broken:
        return None, broken
    matchers = tuple(Matcher(matcher.name, _matching(matcher.op), matcher.value) for matcher in node.matchers.matchers)
    findings = [finding for matcher in matchers for finding in _label_findings(found, matcher, catalogue)]
    return Selector(found.metric, matchers, found.suffix), findings


def too_short(node: parser.MatrixSelector, catalogue: Catalogue) -> Finding | None:
    """Why a range is too short for the samples that its series have, if it is."""
    over, name = length(node.range), node.vector_selector.name or ""
    shortest = catalogue.shortest_window(recorded=":" in name)
    if over >= shortest:
        return None
    return Finding(f"[{over}] is too short to hold enough samples of {name}", f"look back {shortest} or more")


def _unknown(name: str, catalogue: Catalogue) -> Finding:
    if not name:
        return Finding("a selector without a metric name reads everything", "name the metric")
    return Finding(f"metric {name!r} is not in the catalogue", did_you_mean(name, catalogue.names))


def _unreadable(node: parser.VectorSelector) -> Iterator[Finding]:
    """What the parser accepts and either Prometheus does not, or we cannot tell the meaning of."""
    if node.matchers.or_matchers:
        yield Finding("'or' between matchers", 'write a regular expression, such as label=~"a|b"')
    for matcher in node.matchers.matchers:
        if _matching(matcher.op) not in _PLAIN:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    re.compile(matcher.value)
            except (re.error, FutureWarning) as error:
                what = f"{matcher.value!r} is no regular expression that we can read: {error}"
                yield Finding(what, "write it simpler")


def _matching(operator: parser.MatchOp) -> Matching:
    if operator == parser.MatchOp.Equal:
        return Matching.EQUAL
    if operator == parser.MatchOp.NotEqual:
        return Matching.UNEQUAL
    return Matching.REGEX if operator == parser.MatchOp.Re else Matching.NOT_REGEX


def _label_findings(found: Found, matcher: Matcher, catalogue: Catalogue) -> Iterator[Finding]:
    label = found.label(matcher.label)
    if matcher.label in catalogue.forbidden:
        yield Finding(f"label {matcher.label!r} is forbidden", IDENTIFIERS)
    elif label is None:
        remedy = did_you_mean(matcher.label, found.label_names)
        yield Finding(f"{found.metric.name} has no label {matcher.label!r}", remedy)
    elif matcher.label == LE:
        yield from _bound_findings(found, matcher)
    elif label.values:
        yield from _value_findings(found, label, matcher)


def _bound_findings(found: Found, matcher: Matcher) -> Iterator[Finding]:
    """A bound is a number, however it is printed: `5`, `5.0` and `5e+00` are one."""
    bounds = [decimal(bound) for bound in found.metric.buckets]
    spelled = {form for bound in bounds for form in (bound, str(float(bound)), f"{float(bound):g}")} | {"+Inf"}
    if matcher.matching in _PLAIN:
        is_known = matcher.value in spelled
    else:
        is_known = any(re.fullmatch(matcher.value, form) for form in spelled)
    if matcher.value and not is_known:
        what = f"{matcher.value!r} is no bucket bound of {found.metric.name}"
        yield Finding(what, f"known here: {', '.join(bounds)}, +Inf")


def _value_findings(found: Found, label: Label, matcher: Matcher) -> Iterator[Finding]:
    literals = [matcher.value] if matcher.matching in _PLAIN else _alternatives(matcher.value)
    if literals:
        for value in literals:
            if value and value not in label.values:
                what = f"{value!r} is no value of {label.name} of {found.metric.name}"
                yield Finding(what, did_you_mean(value, label.values))
        return
    if not any(re.fullmatch(matcher.value, value) for value in label.values):
        what = f"{matcher.value!r} matches no value of {label.name} of {found.metric.name}"
        yield Finding(what, f"known here: {', '.join(label.values)}")


def _alternatives(pattern: str) -> list[str]:
    """The values of a pattern that only lists some, such as `a|b` or `(a|b)`; none for any other pattern."""
    grouped = _GROUP.fullmatch(pattern)
    values = (grouped[1] if grouped else pattern).split("|")
    return [_ESCAPED.sub(r"\1", value) for value in values] if all(map(_LITERAL.fullmatch, values)) else []
