"""`objectives`: promises and their indicators."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from generator.domain.alert import Alert
from generator.domain.conditions.always import Always
from generator.domain.duration import Duration
from generator.domain.objective import Objective
from generator.domain.quantity import decimal
from generator.domain.slis import QuantileSli, RatioSli, Sli, SlicesSli
from generator.domain.windows import HOUR
from generator.errors import ValueProblem
from generator.spec.build.steps import read_steps
from generator.spec.catalogue import Catalogue
from generator.spec.entry import Entry
from generator.spec.fields import counter_at, histogram_at
from generator.spec.problems import did_you_mean

MINUTE = Duration(60_000)
DEFAULT_PERIOD = HOUR * 24 * 30
_DEFAULT_MIN_ERRORS = 5
_SHORTEST = HOUR * 72


def read_objectives(
    system: Entry, catalogue: Catalogue, alerts: Mapping[str, Alert]
) -> Iterator[tuple[Objective, Entry]]:
    """The objectives of a system, each with its entry."""
    for entry in system.children("objectives"):
        if entry.has("source") == entry.has("implied_by"):
            entry.problem("", "must say once where it comes from", "write either source or implied_by")
        yield _objective(entry, system.text("name"), catalogue, alerts), entry


def _objective(entry: Entry, system: str, catalogue: Catalogue, alerts: Mapping[str, Alert]) -> Objective:
    period = entry.duration("window", DEFAULT_PERIOD)
    if period < _SHORTEST:
        entry.problem("window", f"{period} is shorter than the slowest burn window", "use at least 3d; 30d is usual")
    return Objective(
        system=system,
        name=entry.text("name"),
        title=entry.text("title"),
        target=entry.converted("objective", _target, Fraction(1, 2)),
        period=max(period, _SHORTEST),
        sli=_sli(entry.child("sli"), catalogue, alerts),
        description=entry.text("description"),
        impact=entry.text("impact"),
        steps=read_steps(entry),
        documented=entry.has("source"),
        source=entry.text("source") or entry.text("implied_by"),
        paging=entry.flag("paging", default=True),
        min_errors=entry.integer("min_errors", _DEFAULT_MIN_ERRORS),
        reason=entry.text("reason"),
    )


def _target(text: str) -> Fraction:
    number = text.removesuffix("%").strip()
    try:
        value = Fraction(number) / (100 if text.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        raise ValueProblem(f"{text!r} is no share", "write it as 99.5% or 0.995") from None
    if not 0 < value < 1:
        raise ValueProblem(f"{text} is not strictly between 0 % and 100 %", "a promise needs a budget; 99.9% is strict")
    return value


def _sli(entry: Entry, catalogue: Catalogue, alerts: Mapping[str, Alert]) -> Sli:
    if entry.has("quantile"):
        return _quantile(entry.child("quantile"), catalogue)
    if entry.has("slices"):
        return _slices(entry.child("slices"), alerts)
    return _ratio(entry.child("ratio"), catalogue)


def _ratio(entry: Entry, catalogue: Catalogue) -> RatioSli:
    if entry.has("bad") == entry.has("good"):
        entry.problem("", "a ratio counts either bad or good events", "write one of bad and good")
    counts_good = entry.has("good")
    part = counter_at(entry, "good" if counts_good else "bad", catalogue)
    return RatioSli(part, counter_at(entry, "total", catalogue), counts_good)


def _quantile(entry: Entry, catalogue: Catalogue) -> QuantileSli:
    of = histogram_at(entry, "of", catalogue)
    bound = entry.converted("at_most", of.metric.unit.read, Fraction(1))
    if of.metric.buckets and bound not in of.metric.buckets:
        bounds = ", ".join(decimal(known) for known in of.metric.buckets)
        entry.problem("at_most", f"{decimal(bound)} is no bucket bound of {of.metric.name}", f"use one of {bounds}")
    return QuantileSli(of, bound)


def _slices(entry: Entry, alerts: Mapping[str, Alert]) -> SlicesSli:
    name = entry.text("alert")
    if name not in alerts:
        entry.problem("alert", f"there is no alert {name!r} in this system", did_you_mean(name, alerts))
        return SlicesSli(name, Always(), MINUTE)
    return SlicesSli(name, alerts[name].when, MINUTE)
