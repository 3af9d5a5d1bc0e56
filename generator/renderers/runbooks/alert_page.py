"""The page behind an alert: what someone reads who was woken by it."""

from generator.artifact import Artifact
from generator.domain import names
from generator.domain.alert import Alert
from generator.domain.conditions import Level
from generator.domain.service import Service, System
from generator.domain.severity import Severity
from generator.renderers.runbooks import condition
from generator.renderers.runbooks.markdown import cell, code, fence, link, listed, prose, stopped
from generator.renderers.runbooks.pages import Values, page
from generator.renderers.runbooks.relations import Relations
from generator.renderers.runbooks.silence import silence
from generator.renderers.runbooks.steps import numbered, remarks


def alert_page(service: Service, relations: Relations, system: System, alert: Alert) -> Artifact:
    """One alert, in the sections that every alert's page has."""
    values = {
        **_facts(service, system, alert),
        **_meaning(alert),
        **_first_look(service, system, alert),
        **_silence(alert),
        **_clearing(service, alert),
        **_related(relations, alert),
        "impact": prose(alert.impact),
        "remarks": remarks(alert.steps),
        "steps": numbered(alert.steps),
        "anchor": system.name,
    }
    return page(names.runbook(alert.name), "alert", values)


def _facts(service: Service, system: System, alert: Alert) -> Values:
    return {
        "name": alert.name,
        "summary": prose(stopped(alert.summary)),
        "severity": alert.severity,
        "sev": prose(service.sev(alert)),
        "means": cell(prose(service.severities[alert.severity].means)),
        "system": cell(prose(system.title)),
        "sentence": cell(prose(alert.when.sentence)),
        "wait": alert.wait.in_words() if alert.wait else "",
        "origin": cell(condition.origin(alert, system.document)),
        "reason": cell(prose(alert.reason)),
    }


def _meaning(alert: Alert) -> Values:
    return {
        "measures": condition.metrics(alert.when),
        "each": listed([code(label) for label in condition.distinguishing(alert.when)]),
        "endless": condition.never_ends(alert.when),
        "on_absence": alert.when.holds(Level.ABSENT),
    }


def _first_look(service: Service, system: System, alert: Alert) -> Values:
    shown = f"the panel “{alert.panel}”" if alert.panel else f"the dashboard “{system.dashboard.title}”"
    return {
        "dashboard": link(prose(shown), service.dashboard_url(system.dashboard, alert.panel)),
        "normal": condition.normal(alert.when),
        "measured": fence("promql", alert.when.measured),
        "expression": fence("promql", alert.when.expression),
    }


def _silence(alert: Alert) -> Values:
    instances = condition.distinguishing(alert.when)
    return {
        "logged_only": alert.severity is Severity.INFO,
        "silence": fence("sh", silence(alert.name, instances)),
        "instances": listed([code(f"{{{label}}}") for label in instances]),
    }


def _clearing(service: Service, alert: Alert) -> Values:
    timing = service.routing.timings.get(alert.severity, service.routing.timing)
    return {
        "window": condition.memory(alert.when),
        "keep_firing": alert.keep_firing.in_words() if alert.keep_firing else "",
        "group_interval": timing.group_interval.in_words(),
    }


def _related(relations: Relations, alert: Alert) -> Values:
    return {
        "procedures": relations.procedures(alert),
        "family": listed(relations.family(alert)),
        "about_agent": alert.about_agent,
        "bypasses_agent": relations.bypasses_agent(alert),
        "mutes": listed(relations.mutes(alert.name)),
        "muted_by": listed(relations.muted_by(alert.name), "or"),
        "objectives": listed(relations.objectives(alert)),
    }
