"""The page behind an objective's burn-rate alerts: the promise, its budget, and what to do while it burns."""

from generator.artifact import Artifact
from generator.domain import names
from generator.domain.catalog.burning import burn_alerts
from generator.domain.catalog.objectives import SHARE, full_outage, tolerated
from generator.domain.objective import Objective
from generator.domain.quantity import decimal
from generator.domain.rule import AlertingRule
from generator.domain.selector import quoted
from generator.domain.service import Service, System
from generator.domain.slis import SlicesSli
from generator.domain.windows import BurnWindow
from generator.renderers.runbooks.markdown import cell, code, fence, link, listed, prose
from generator.renderers.runbooks.pages import Values, page
from generator.renderers.runbooks.relations import Relations, alert_link
from generator.renderers.runbooks.silence import silence
from generator.renderers.runbooks.steps import numbered, remarks


def objective_page(service: Service, relations: Relations, system: System, objective: Objective) -> Artifact:
    """One objective, in the sections that every alert's page has."""
    values = {
        **_facts(system, objective),
        **_burning(service, system, objective),
        **_related(system, objective),
        "procedures": relations.procedures(objective),
        "muted_by": listed(relations.muted_by(objective.alert_name), "or"),
        "impact": prose(objective.impact),
        "remarks": remarks(objective.steps),
        "steps": numbered(objective.steps),
        "silence": fence("sh", silence(objective.alert_name, [names.WINDOW])),
        "instances": code(f"{{{names.WINDOW}}}"),
        "logged_only": False,
        "bypasses_agent": False,
    }
    return page(names.runbook(objective.alert_name), "objective", values)


def _facts(system: System, objective: Objective) -> Values:
    budget = objective.budget
    return {
        "name": objective.alert_name,
        "title": prose(objective.title),
        "system": cell(prose(system.title)),
        "document": cell(prose(system.document)),
        "description": cell(prose(objective.description)),
        "target": SHARE.show(objective.target),
        "events": prose(objective.sli.event),
        "period": objective.period.in_words(),
        "budget": f"{budget.numerator} of every {budget.denominator} {prose(objective.sli.event)}",
        "full_outage": full_outage(objective).in_words(),
        "bad": cell(prose(objective.sli.sentence)),
        "source": cell(prose(objective.source)),
        "reason": cell(prose(objective.reason)),
        "min_errors": objective.min_errors,
        "notes": [prose(note.removeprefix(f"{objective.id}: ")) for note in objective.notes],
    }


def _burning(service: Service, system: System, objective: Objective) -> Values:
    rules = burn_alerts(service, system, objective)
    of_objective = f"{names.SLO}={quoted(objective.id)}"
    severities = dict.fromkeys(rule.labels[names.SEVERITY] for rule in rules)
    return {
        "dashboard": link(prose(f"the dashboard “{system.dashboard.title}”"), rules[0].annotations["dashboard_url"]),
        "severities": cell("; ".join(_severity(service, name) for name in severities)),
        "budget_left": fence("promql", f"{names.BUDGET_LEFT}{{{of_objective}}}"),
        "burn_rates": fence("promql", f"{{__name__=~{quoted(names.burn_rate('.+'))},{of_objective}}}"),
        "windows": [_window(objective, *pair) for pair in zip(objective.windows, rules, strict=True)],
    }


def _severity(service: Service, name: str) -> str:
    meaning = next(meaning for severity, meaning in service.severities.items() if severity == name)
    return f"**{name}**, {prose(meaning.sev)}: {prose(meaning.means)}"


def _window(objective: Objective, window: BurnWindow, rule: AlertingRule) -> Values:
    return {
        "long": window.long,
        "short": window.short,
        "severity": rule.labels[names.SEVERITY],
        "above": SHARE.show(tolerated(objective, window)),
        "factor": decimal(window.factor),
        "budget": SHARE.show(window.budget),
        "wait": rule.wait,
        "keep_firing": rule.keep_firing,
        "expression": fence("promql", rule.expression),
    }


def _related(system: System, objective: Objective) -> Values:
    return {
        "counts": alert_link(objective.sli.alert) if isinstance(objective.sli, SlicesSli) else "",
        "anchor": system.name,
    }
