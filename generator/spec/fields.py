"""The entries of one condition, read for `generator.domain.conditions`: the spec's half of its `Fields` port."""

import re
from collections.abc import Set as AbstractSet
from fractions import Fraction

from generator.domain.conditions import Comparison, Threshold
from generator.domain.conditions.base import LONGEST, SHORTEST
from generator.domain.duration import Duration
from generator.domain.metric import Metric, MetricType
from generator.domain.quantity import Unit, decimal
from generator.domain.selector import Selector
from generator.domain.signal import Scripted
from generator.errors import ValueProblem
from generator.spec.catalogue import Catalogue
from generator.spec.entry import Entry
from generator.spec.problems import did_you_mean
from generator.spec.promql import check_expression, compares, read_selector, rule_findings, variables

_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?(?:e[+-]?[0-9]+)?|inf|nan)"
_ITEM = rf"(?:_(?:x[0-9]+)?|stale|{_NUMBER}(?:[+-]{_NUMBER})?x[0-9]+|{_NUMBER})"
_VALUES = re.compile(rf"{_ITEM}(?: +{_ITEM})*", re.ASCII | re.IGNORECASE)
"""https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series"""

UNKNOWN = Unit("unknown")
STAND_IN = Selector(Metric("", MetricType.GAUGE, UNKNOWN, ""))
"""What is read in place of a selector that is wrong; specs with problems are never rendered."""


TOO_LONG = (
    f"stay within {LONGEST}: events are counted by looking back twice, and Prometheus keeps 15d unless told otherwise"
)
"""The remedy for a window that reaches beyond what a server keeps."""


class WhenFields:
    """The fields of `when`: the kind's own entry, and the threshold beside it.

    Args:
        when: the mapping under `when`.
        kind: the key of the condition in it.
        catalogue: what may be read.
        set_by_rule: labels that the rule itself sets, so that no result may keep them.
    """

    def __init__(
        self, when: Entry, kind: str, catalogue: Catalogue, set_by_rule: AbstractSet[str] = frozenset()
    ) -> None:
        self._when = when
        self._entry = when.child(kind)
        self._catalogue = catalogue
        self._set_by_rule = set_by_rule
        self._sides: tuple[Comparison, ...] = ()
        self._is_read = True

    def has(self, key: str) -> bool:
        return self._entry.has(key)

    def problem(self, key: str, what: str, remedy: str) -> None:
        if key not in set(Comparison):
            self._entry.problem(key, what, remedy)
        elif self._is_read:  # what follows from a threshold that could not be read is noise
            self._when.problem(key, what, remedy)

    def series(self, key: str) -> Selector:
        selector = selector_at(self._entry, key, self._catalogue)
        if selector.metric.type is MetricType.HISTOGRAM and not selector.suffix:
            name = selector.metric.name
            self.problem(key, f"the histogram {name} has no series of that name", f"use {name}_count or {name}_bucket")
        return selector

    def counter(self, key: str) -> Selector:
        return counter_at(self._entry, key, self._catalogue)

    def gauge(self, key: str) -> Selector:
        selector = selector_at(self._entry, key, self._catalogue)
        if selector.metric.name and (selector.metric.type is not MetricType.GAUGE):
            what = f"{selector.name} is a {selector.metric.type}, which only grows"
            self.problem(key, what, "use rate, count or ratio for counters, quantile for histograms")
        return selector

    def histogram(self, key: str) -> Selector:
        return histogram_at(self._entry, key, self._catalogue)

    def duration(self, key: str, default: Duration = Duration(0)) -> Duration:
        found = self._entry.converted(key, _some_time, default)
        if found > LONGEST:
            self.problem(key, f"{found} is longer than {LONGEST}", TOO_LONG)
        return found

    def window(self, key: str) -> Duration:
        over, shortest = self.duration(key), self._catalogue.shortest_window()
        if Duration(0) < over < shortest:
            why = f", which is four scrapes of {self.scrape_interval}" if shortest > SHORTEST else ""
            remedy = f"look back {shortest} or more{why}; 5m is usual"
            self.problem(key, f"{over} is too short to see a change", remedy)
        return over

    @property
    def scrape_interval(self) -> Duration:
        return self._catalogue.scrape_interval

    def job(self, key: str) -> str:
        name = self._entry.text(key)
        if name and self._catalogue.jobs and name not in self._catalogue.jobs:
            near = did_you_mean(name, self._catalogue.jobs).removesuffix("?")
            remedy = f"{near}; a job that no metric comes from is listed under the system's jobs"
            self.problem(key, f"there is no scrape job {name!r}", remedy)
        return name

    def labels(self, key: str, selector: Selector) -> tuple[str, ...]:
        found = self._entry.strings(key)
        for label in found:
            if label in self._set_by_rule:
                self.problem(key, f"the alert's rule sets the label {label!r} itself", "group by another label")
            elif label in self._catalogue.forbidden:
                self.problem(key, f"label {label!r} is forbidden", "identifiers belong into logs and traces")
            elif selector.metric.name and selector.metric.label(label) is None:
                known = [known.name for known in selector.metric.labels]
                self.problem(key, f"{selector.metric.name} has no label {label!r}", did_you_mean(label, known))
        return found

    def text(self, key: str) -> str:
        return self._entry.text(key)

    def integer(self, key: str, default: int) -> int:
        return self._entry.integer(key, default)

    def share(self, key: str, default: Fraction) -> Fraction:
        return self._entry.number(key, default)

    def state(self, key: str, selector: Selector) -> Fraction:
        text = self._entry.scalar(key)
        states = selector.metric.states
        if text in states:
            return states[text]
        try:
            value = Unit("state").read(text)
        except ValueProblem:
            if selector.metric.name:
                self.problem(key, f"{text!r} is no state of {selector.metric.name}", did_you_mean(text, states))
            return Fraction(0)
        if states and value not in states.values():
            known = ", ".join(f"{name} ({decimal(number)})" for name, number in states.items())
            self.problem(key, f"{text} is no state of {selector.metric.name}", f"known here: {known}")
        return value

    def scripts(self, key: str) -> tuple[Scripted, ...]:
        found = tuple(Scripted(series, str(values)) for series, values in self._entry.items(key))
        for script in found:
            _, findings = read_selector(script.series, self._catalogue)
            for finding in findings:
                self.problem(key, finding.what, finding.remedy)
            if not _VALUES.fullmatch(script.values):
                what = f"{script.values!r} are no values of a series"
                self.problem(key, what, "write promtool's notation, such as 0+1x60 or 5x30 _x10 1")
        return found

    def expression(self, key: str) -> tuple[str, tuple[Selector, ...], tuple[str, ...]]:
        text = self._entry.text(key)
        for variable in variables(text):
            self.problem(key, f"a rule knows no variable {variable}", "write out what it stands for")
        selectors, findings, labels = check_expression(text, self._catalogue)
        for finding in findings:
            self.problem(key, finding.what, finding.remedy)
        for label in sorted(self._set_by_rule & (labels or frozenset())):
            what = f"its result has the label {label!r}, which the alert's rule sets itself"
            self.problem(key, what, f"aggregate it away, such as max without ({label}) (...)")
        if not findings and not compares(text):
            self.problem(key, "has a result all the time", "end it with a comparison, such as > 5")
        elif not findings:
            for finding in rule_findings(text):
                self.problem(key, finding.what, finding.remedy)
        return text, selectors, tuple(sorted(labels or ()))

    def threshold(self, unit: Unit, *sides: Comparison) -> Threshold:
        self._sides = sides
        given = [side for side in sides if self._when.has(side)]
        if len(given) != 1:
            wanted = " or ".join(sides)
            self._when.problem(
                "", "a threshold is missing" if not given else "two thresholds", f"write one of {wanted}"
            )
            return Threshold(sides[0], Fraction(1), unit)
        if unit.name == UNKNOWN.name:  # what is measured is wrong already
            return Threshold(given[0], Fraction(1), unit)
        known = len(self._when.notes.problems)
        found = Threshold(given[0], self._when.converted(given[0], unit.read, Fraction(1)), unit)
        self._is_read = len(self._when.notes.problems) == known
        if found.is_out_of_reach:
            self.problem(given[0], f"nothing is ever {found.in_words()}", "write a threshold that can be crossed")
        return found

    def reject_unused_sides(self) -> None:
        """Note thresholds that the kind does not take."""
        for side in Comparison:
            if self._when.has(side) and side not in self._sides:
                remedy = f"write {' or '.join(self._sides)}" if self._sides else "remove it"
                self._when.problem(side, "this kind of condition takes no such threshold", remedy)


def selector_at(entry: Entry, key: str, catalogue: Catalogue) -> Selector:
    """A selector of any type; what is wrong with it is noted."""
    text = entry.text(key)
    if not text:
        return STAND_IN
    selector, findings = read_selector(text, catalogue)
    is_judged = selector is None or selector.metric.name not in catalogue.broken
    for finding in findings if is_judged else ():
        entry.problem(key, finding.what, finding.remedy)
    if selector is None or findings or selector.metric.name in catalogue.broken:
        return STAND_IN
    try:
        selector.example()
    except LookupError:
        remedy = "mend the matchers; for an open label, name values such as a|b, because the proof needs one"
        entry.problem(key, f"no series is known that {selector} selects", remedy)
        return STAND_IN
    return selector


def _some_time(text: str) -> Duration:
    found = Duration.parse(text)
    if not found:
        raise ValueProblem("a window of no length", "write how far back to look, such as 5m")
    return found


def counter_at(entry: Entry, key: str, catalogue: Catalogue) -> Selector:
    """A selector of series that only grow."""
    selector = selector_at(entry, key, catalogue)
    found = catalogue.find(selector.name) if selector.metric.name else None
    if found and not found.grows:
        remedy = "use value, age or state for gauges"
        if selector.metric.type is MetricType.HISTOGRAM:
            remedy = f"use {selector.metric.name}_count"
        entry.problem(key, f"events cannot be counted with the {selector.metric.type} {selector.name}", remedy)
    return selector


def histogram_at(entry: Entry, key: str, catalogue: Catalogue) -> Selector:
    """A selector of a histogram, by its base name."""
    selector = selector_at(entry, key, catalogue)
    if not selector.metric.name:
        return selector
    if selector.metric.type is not MetricType.HISTOGRAM:
        entry.problem(key, f"{selector.name} is a {selector.metric.type}", "a quantile needs a histogram")
    elif selector.suffix:
        entry.problem(key, f"{selector.name} is one part of a histogram", f"write {selector.metric.name}")
    return selector
