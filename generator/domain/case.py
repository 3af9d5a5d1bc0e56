"""One proven truth: series, and what must be seen at certain moments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from generator.domain.duration import Duration
from generator.domain.quantity import decimal
from generator.domain.selector import quoted
from generator.domain.signal import Series


@dataclass(frozen=True, slots=True)
class Sample:
    """An expected result: its labels, metric name included, and its value."""

    series: str
    value: Fraction


@dataclass(frozen=True, slots=True)
class Check:
    """A query at a moment, and everything it must return."""

    at: Duration
    expression: str
    samples: Sequence[Sample]


@dataclass(frozen=True, slots=True)
class Case:
    """A unit test of rules.

    Attributes:
        subject: the alert or objective that is proven.
        truth: the case's name, the same words for every alert.
        step: how often the series are sampled and the rules evaluated.
        series: series and their values in promtool's notation.
    """

    subject: str
    truth: str
    step: Duration
    series: Mapping[str, str]
    checks: Sequence[Check]


def firing(alert: str, at: Duration, *instances: Mapping[str, str], **where: str) -> Check:
    """At that moment exactly these instances of the alert are firing; none, when none are given."""
    matchers = {"alertname": alert, "alertstate": "firing", **where}
    selector = ",".join(f"{label}={quoted(value)}" for label, value in matchers.items())
    samples = tuple(
        Sample(str(Series("ALERTS", {**labels, "alertname": alert, "alertstate": "firing"})), Fraction(1))
        for labels in instances
    )
    return Check(at, f"ALERTS{{{selector}}}", samples)


def fires_at_all(alert: str, at: Duration) -> Check:
    """At that moment the alert is firing, with whatever labels."""
    selector = f'ALERTS{{alertname={quoted(alert)},alertstate="firing"}}'
    return Check(at, f"group({selector})", (Sample("{}", Fraction(1)),))


def about(expression: str, value: Fraction, at: Duration, labels: Mapping[str, str]) -> Check:
    """At that moment the expression's one result lies within one percent of the value, or is exactly zero with it."""
    series = str(Series("", labels))
    if not value:
        return Check(at, f"{expression} == bool 0", (Sample(series, Fraction(1)),))
    share = f"abs({expression} / {decimal(value)} - 1) < bool 0.01"
    return Check(at, share, (Sample(series, Fraction(1)),))
