"""What is asked of the history: one expression per alert, free of what only the bundle's own rules record."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.domain import names
from generator.domain.conditions.always import Always
from generator.domain.groups import alert_group, objective_group
from generator.domain.rule import AlertingRule, RecordingRule, RuleGroup
from generator.domain.service import Service

_RECORDED = re.compile(r"\b(slo:[a-zA-Z0-9_:]+)\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Question:
    """An alert as it is asked.

    Attributes:
        alert: its name; of a burn-rate alert with its window.
        system: the system's name.
        severity: how bad it is.
        expression: PromQL over raw series alone.
        wait: `for`, in seconds.
        keep: `keep_firing_for`, in seconds.
        step: the evaluation interval, in seconds.
        is_expanded: whether recorded series were replaced by what records them.
    """

    alert: str
    system: str
    severity: str
    expression: str
    wait: float
    keep: float
    step: float
    is_expanded: bool = False


def questions(service: Service) -> Iterator[Question]:
    """One per alert and per burn-rate window; the watchdog is left out, because it fires all the time."""
    always = {alert.name for alert in service.alerts if isinstance(alert.when, Always)}
    for system in service.systems:
        yield from (question for question in _of_group(alert_group(service, system)) if question.alert not in always)
        for objective in system.objectives:
            yield from _of_group(objective_group(service, system, objective))


def _of_group(group: RuleGroup) -> Iterator[Question]:
    """Rules see what those before them recorded, so each is expanded with the expansions of those before it."""
    known: dict[str, str] = {}
    for rule in group.rules:
        if isinstance(rule, RecordingRule):
            known[rule.record] = expanded(rule.expression, known)
        elif isinstance(rule, AlertingRule):
            yield _question(rule, expanded(rule.expression, known), float(group.interval.seconds))


def _question(rule: AlertingRule, expression: str, step: float) -> Question:
    window = rule.labels.get(names.WINDOW, "")
    return Question(
        alert=f"{rule.alert} ({window})" if window else rule.alert,
        system=rule.labels[names.SYSTEM],
        severity=rule.labels[names.SEVERITY],
        expression=expression,
        wait=float(rule.wait.seconds),
        keep=float(rule.keep_firing.seconds),
        step=step,
        is_expanded=expression != rule.expression,
    )


def expanded(expression: str, known: Mapping[str, str]) -> str:
    """The expression with every recorded series replaced by what records it.

    A record over a window is always a sub-query, `name{...}[3d:5m]`, and a sub-query takes any expression, so text can
    take the place of text.
    """
    return _RECORDED.sub(lambda found: f"({known[found[1]]})" if found[1] in known else found[0], expression)
