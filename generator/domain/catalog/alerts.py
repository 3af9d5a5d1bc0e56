"""The catalogue's alerts, those that say that a budget burns among them: one entry per alert name."""

from collections.abc import Iterator, Mapping, Sequence

from generator.domain import names
from generator.domain.alert import Alert
from generator.domain.catalog.plain import Entry, step_entries, threshold_entry
from generator.domain.conditions import Condition
from generator.domain.groups import alert_group
from generator.domain.objective import Objective
from generator.domain.rule import AlertingRule
from generator.domain.selector import quoted
from generator.domain.service import Service
from generator.domain.severity import Severity


def alert_entries(service: Service, burning: Mapping[str, Sequence[AlertingRule]]) -> Iterator[tuple[str, Entry]]:
    """Every alert name of the rules, with its entry, system by system; `burning` has the rules of each objective."""
    for system in service.systems:
        rules = (rule for rule in alert_group(service, system).rules if isinstance(rule, AlertingRule))
        for alert, rule in zip(system.alerts, rules, strict=True):
            yield alert.name, _alert(alert, rule)
        for objective in system.objectives:
            yield objective.alert_name, _burn(service, objective, burning[objective.id])


def _alert(alert: Alert, rule: AlertingRule) -> Entry:
    return {
        "system": alert.system,
        "severity": str(alert.severity),
        "sev": rule.annotations["sev"],
        "documented": alert.documented,
        "source": alert.source,
        "reason": alert.reason,
        "summary": alert.summary,
        "impact": alert.impact,
        "condition": _condition(alert.when),
        "for": str(rule.wait),
        "keep_firing_for": str(rule.keep_firing),
        "labels": dict(sorted(rule.labels.items())),
        "panel": alert.panel,
        **_links(rule),
        "steps": step_entries(alert.steps),
        "see": list(alert.see),
        "objective": None,
    }


def _condition(when: Condition) -> Entry:
    return {
        "kind": when.KIND,
        "sentence": when.sentence,
        "expression": when.expression,
        "measured": when.measured,
        "unit": str(when.unit),
        "window": str(when.window),
        "by": list(when.labels),
        "threshold": threshold_entry(when.threshold),
    }


def _links(rule: AlertingRule) -> Entry:
    return {key: rule.annotations[key] for key in ("runbook", "runbook_url", "dashboard_url")}


def _burn(service: Service, objective: Objective, rules: Sequence[AlertingRule]) -> Entry:
    """One entry for all windows; what differs between them is null here and stands under `objectives`."""
    worst = next(severity for severity in Severity if any(rule.labels[names.SEVERITY] == severity for rule in rules))
    return {
        "system": objective.system,
        "severity": str(worst),
        "sev": service.severities[worst].sev,
        "documented": False,
        "source": objective.source,
        "reason": objective.reason,
        "summary": f"{objective.title}: the error budget burns too fast",
        "impact": objective.impact,
        "condition": _burning(objective, rules),
        "for": None,
        "keep_firing_for": None,
        "labels": {names.SLO: objective.id, names.SYSTEM: objective.system},
        "panel": "",
        **_links(rules[0]),
        "steps": step_entries(objective.steps),
        "see": list(objective.see),
        "objective": objective.id,
    }


def _burning(objective: Objective, rules: Sequence[AlertingRule]) -> Entry:
    return {
        "kind": "burn",
        "sentence": f"the error budget of {objective.id} burns too fast in one of its windows",
        "expression": " or ".join(rule.expression for rule in rules),
        "measured": f"{names.BUDGET_LEFT}{{{names.SLO}={quoted(objective.id)}}}",
        "unit": "ratio",
        "window": None,
        "by": [names.WINDOW],
        "threshold": None,
    }
