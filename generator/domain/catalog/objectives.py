"""The catalogue's objectives: promise, budget, and the windows in which it may burn too fast."""

from collections.abc import Sequence
from fractions import Fraction

from generator.domain import names
from generator.domain.catalog.plain import Entry, number
from generator.domain.duration import Duration
from generator.domain.objective import Objective
from generator.domain.objective_rules import BASE
from generator.domain.quantity import Unit
from generator.domain.rule import AlertingRule
from generator.domain.selector import quoted
from generator.domain.windows import BurnWindow

SHARE = Unit("ratio")


def objective_entry(objective: Objective, rules: Sequence[AlertingRule]) -> Entry:
    """One objective; `window` is the period of the promise."""
    base = BASE // objective.time_scale
    return {
        "system": objective.system,
        "name": objective.name,
        "title": objective.title,
        "description": objective.description,
        "source": objective.source,
        "reason": objective.reason,
        "target": _share(objective.target),
        "budget": {**_share(objective.budget), "full_outage": str(full_outage(objective))},
        "window": str(objective.period),
        "sli": {
            "sentence": objective.sli.sentence,
            "event": objective.sli.event,
            "errors": objective.sli.errors(base),
            "total": objective.sli.total(base),
        },
        "min_errors": objective.min_errors,
        "paging": objective.paging,
        "alert": objective.alert_name,
        "windows": [_window(objective, *pair) for pair in zip(objective.windows, rules, strict=True)],
        "notes": list(objective.notes),
    }


def full_outage(objective: Objective) -> Duration:
    """How long a full outage takes to spend the whole budget."""
    return Duration.of_seconds(objective.budget * objective.period.seconds)


def tolerated(objective: Objective, window: BurnWindow) -> Fraction:
    """The share of bad events above which a window's alert fires."""
    return window.factor * objective.budget


def _measured(objective: Objective, window: Duration) -> str:
    """The recorded share of bad events, which the window's alert compares with `above`."""
    return f"{names.error_ratio(window)}{{{names.SLO}={quoted(objective.id)}}}"


def _share(value: Fraction) -> Entry:
    return {"value": number(value), "shown": SHARE.show(value)}


def _window(objective: Objective, window: BurnWindow, rule: AlertingRule) -> Entry:
    return {
        "long": str(window.long),
        "short": str(window.short),
        "factor": number(window.factor),
        "budget": _share(window.budget),
        "above": _share(tolerated(objective, window)),
        "measured": {"long": _measured(objective, window.long), "short": _measured(objective, window.short)},
        "for": str(rule.wait),
        "keep_firing_for": str(rule.keep_firing),
        "severity": rule.labels[names.SEVERITY],
        "widened_from": str(window.widened_from) if window.widened_from else None,
    }
