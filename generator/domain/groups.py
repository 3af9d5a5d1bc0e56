"""From alerts and objectives to rule groups, annotations included: what every rule file holds."""

from collections.abc import Iterator

from generator.domain import names
from generator.domain.alert import Alert
from generator.domain.objective import Objective
from generator.domain.objective_rules import ObjectiveRules
from generator.domain.rule import AlertingRule, RuleGroup
from generator.domain.service import Service, System


def alert_group(service: Service, system: System) -> RuleGroup:
    """The group of a system's alerts."""
    name = names.alert_group(system.name)
    if name not in service.groups:
        rules = tuple(_alerting_rule(service, system, alert) for alert in system.alerts)
        service.groups[name] = RuleGroup(name, service.settings.evaluation_interval, rules)
    return service.groups[name]


def objective_groups(service: Service, system: System) -> Iterator[RuleGroup]:
    """One group per objective of a system."""
    return (objective_group(service, system, objective) for objective in system.objectives)


def objective_group(service: Service, system: System, objective: Objective) -> RuleGroup:
    """The group of one objective, its rules in order of dependence."""
    name = names.objective_group(objective.id)
    if name not in service.groups:
        rules = tuple(ObjectiveRules(objective, _objective_annotations(service, system, objective)))
        service.groups[name] = RuleGroup(name, service.settings.evaluation_interval, rules)
    return service.groups[name]


def _alerting_rule(service: Service, system: System, alert: Alert) -> AlertingRule:
    return AlertingRule(
        alert=alert.name,
        expression=alert.when.expression,
        wait=alert.wait,
        keep_firing=alert.keep_firing,
        labels=alert.labels,
        annotations={
            "summary": alert.summary,
            "description": _description(alert),
            "impact": alert.impact,
            "sev": service.sev(alert),
            "runbook": names.runbook(alert.name),
            "runbook_url": service.runbook_url(alert.name),
            "dashboard_url": service.dashboard_url(system.dashboard, alert.panel),
        },
    )


def _description(alert: Alert) -> str:
    """What is wrong, with the value and the labels that tell this alert from its siblings."""
    where = ", ".join(f"{label} {{{{ $labels.{label} }}}}" for label in alert.when.labels)
    limit = f" (threshold: {alert.when.threshold.in_words()})" if alert.when.threshold else ""
    place = f" for {where}" if where else ""
    held = f", for {alert.wait.in_words()}" if alert.wait else ""
    return f"Now {alert.when.value_template}{place}{limit}{held}: {alert.when.sentence}."


def _objective_annotations(service: Service, system: System, objective: Objective) -> dict[str, str]:
    return {
        "impact": objective.impact,
        "runbook": names.runbook(objective.alert_name),
        "runbook_url": service.runbook_url(objective.alert_name),
        "dashboard_url": f"{service.dashboard_url(system.dashboard)}&var-slo={objective.id}",
    }
