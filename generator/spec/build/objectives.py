"""`objectives`: promises and their indicators."""

import re
from collections.abc import Iterator
from fractions import Fraction

from generator.domain.alert import Alert
from generator.domain.conditions.always import Always
from generator.domain.duration import Duration
from generator.domain.objective import Objective
from generator.domain.quantity import decimal
from generator.domain.slis import QuantileSli, RatioSli, Sli, SlicesSli
from generator.domain.windows import HOUR, burn_windows
from generator.errors import ValueProblem
from generator.spec.build.alerts import OwnAlerts
from generator.spec.build.steps import read_steps
from generator.spec.build.texts import plain
from generator.spec.catalogue import Catalogue
from generator.spec.entry import Entry
from generator.spec.fields import counter_at, histogram_at

MINUTE = Duration(60_000)
DEFAULT_PERIOD = HOUR * 24 * 30
_DEFAULT_MIN_ERRORS = 5
_SHORTEST = HOUR * 24 * 4
_LONGEST_SLICE = HOUR
_SHARE = re.compile(r"(\d{1,12}(?:\.\d{1,12})?)\s*(%?)", re.ASCII)


def read_objectives(system: Entry, catalogue: Catalogue, alerts: OwnAlerts) -> Iterator[tuple[Objective, Entry]]:
    """The objectives of a system, each with its entry."""
    for entry in system.children("objectives"):
        if entry.has("source") == entry.has("implied_by"):
            entry.problem("", "must say once where it comes from", "write either source or implied_by")
        yield _objective(entry, system.text("name"), catalogue, alerts), entry


def _objective(entry: Entry, system: str, catalogue: Catalogue, alerts: OwnAlerts) -> Objective:
    period = entry.duration("window", DEFAULT_PERIOD)
    target = entry.converted("objective", _target, Fraction(1, 2))
    if period < _SHORTEST or period.milliseconds % HOUR.milliseconds:
        entry.problem("window", f"{period} is no period of whole hours and four days or more", "30d is usual")
    elif not burn_windows(target, period):
        what = f"even a full outage burns the budget of {decimal(target * 100)} % too slowly to tell within {period}"
        entry.problem("objective", what, "promise more, or over a longer window")
    return Objective(
        system=system,
        name=entry.text("name"),
        title=plain(entry, "title"),
        target=target,
        period=period,
        sli=_sli(entry.child("sli"), catalogue, alerts),
        description=entry.text("description"),
        impact=plain(entry, "impact"),
        steps=read_steps(entry),
        documented=entry.has("source"),
        source=entry.text("source") or entry.text("implied_by"),
        paging=entry.flag("paging", default=True),
        min_errors=entry.integer("min_errors", _DEFAULT_MIN_ERRORS),
        reason=entry.text("reason"),
        see=entry.strings("see"),
    )


def _target(text: str) -> Fraction:
    found = _SHARE.fullmatch(text)
    if not found:
        raise ValueProblem(f"{text!r} is no share", "write it as 99.5% or 0.995")
    value = Fraction(found[1]) / (100 if found[2] else 1)
    if not 0 < value < 1:
        raise ValueProblem(f"{text} is not strictly between 0 % and 100 %", "a promise needs a budget; 99.9% is strict")
    return value


def _sli(entry: Entry, catalogue: Catalogue, alerts: OwnAlerts) -> Sli:
    if entry.has("quantile"):
        return _quantile(entry.child("quantile"), catalogue)
    if entry.has("slices"):
        return _slices(entry.child("slices"), alerts)
    return _ratio(entry.child("ratio"), catalogue)


def _ratio(entry: Entry, catalogue: Catalogue) -> RatioSli:
    if entry.has("bad") == entry.has("good"):
        entry.problem("", "a ratio counts either bad or good events", "write one of bad and good")
    counts_good = entry.has("good")
    key = "good" if counts_good else "bad"
    part, total = counter_at(entry, key, catalogue), counter_at(entry, "total", catalogue)
    if part.misses(total):
        entry.problem("total", part.misses(total), f"let total count every event, those of {key} among them")
    return RatioSli(part, total, counts_good)


def _quantile(entry: Entry, catalogue: Catalogue) -> QuantileSli:
    of = histogram_at(entry, "of", catalogue)
    if not of.metric.name:  # what is measured is wrong already
        return QuantileSli(of, Fraction(1))
    bound = entry.converted("at_most", of.metric.unit.read, Fraction(1))
    if of.metric.buckets and bound not in of.metric.buckets:
        bounds = ", ".join(decimal(known) for known in of.metric.buckets)
        entry.problem("at_most", f"{decimal(bound)} is no bucket bound of {of.metric.name}", f"use one of {bounds}")
    return QuantileSli(of, bound)


def _slices(entry: Entry, alerts: OwnAlerts) -> SlicesSli:
    alert = alerts.named(entry)
    if alert is None:
        return SlicesSli(entry.text("alert"), Always(), MINUTE)
    if not alert.when.is_measured_throughout:
        what = f"{alert.name} measures nothing while all is well, so its good minutes cannot be counted"
        entry.problem("alert", what, "name an alert on a value, rate, count, age, ratio or quantile")
    _check_slice(entry, alert)
    return SlicesSli(alert.name, alert.when, MINUTE)


def _check_slice(entry: Entry, alert: Alert) -> None:
    """Whether a bad minute is one bad minute."""
    window, limit = alert.when.window, alert.when.threshold
    if window > _LONGEST_SLICE:
        what = f"{alert.name} looks back over {window}, so one bad minute would count as many"
        entry.problem("alert", what, f"name an alert on a level, or one that looks back for {_LONGEST_SLICE} or less")
    elif window and limit and not limit.is_above and not limit.unit.is_share:
        what = f"{alert.name} is below its threshold whenever a process has just started, and those minutes would count"
        entry.problem("alert", what, "name an alert on a level, on a share, or on what is above a threshold")
