"""`tocsin explain`: everything about one alert on one screen."""

import argparse
from collections.abc import Iterator

from generator.cli import request
from generator.cli.console import Console, Tone
from generator.domain import names, routes
from generator.domain.alert import Alert
from generator.domain.conditions import Level
from generator.domain.groups import objective_group
from generator.domain.objective import Objective
from generator.domain.quantity import decimal
from generator.domain.rule import AlertingRule
from generator.domain.service import Service, System
from generator.errors import TocsinError
from generator.spec.problems import did_you_mean


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Explain a documented, implied or burn-rate alert; exit 0."""
    wanted = request.read(arguments)
    service, name = wanted.service, arguments.alert
    among = wanted.narrowed
    alert = next((alert for alert in among.alerts if alert.name == name), None)
    objective = next((slo for slo in among.objectives if name in {slo.alert_name, slo.id}), None)
    if alert:
        lines = _alert(service, alert)
    elif objective:
        lines = _objective(service, objective)
    else:
        raise TocsinError(_unknown(wanted, name))
    console.say(console.tone(name, Tone.STRONG))
    for label, text in lines:
        first, *rest = text.splitlines() or [""]
        console.say(f"  {console.tone(f'{label:10}', Tone.FAINT)} {first}")
        for line in rest:
            console.say(f"  {'':10} {line}")
    return 0


def _unknown(wanted: request.Request, name: str) -> str:
    """That there is no such alert, and where it is or what was meant."""
    homes = {alert.name: alert.system for alert in wanted.service.alerts}
    for objective in wanted.service.objectives:
        homes |= {objective.alert_name: objective.system, objective.id: objective.system}
    if name in homes:
        return f"--system: {name} belongs to {homes[name]}; leave --system out, or write --system {homes[name]}"
    known = [one for one, home in homes.items() if not wanted.systems or home in wanted.systems]
    return f"there is no alert or objective {name!r}; {did_you_mean(name, known)}"


def _alert(service: Service, alert: Alert) -> Iterator[tuple[str, str]]:
    system = service.system(alert.system)
    yield "summary", alert.summary
    yield "fires when", f"{alert.when.sentence}, {f'for {alert.wait.in_words()}' if alert.wait else 'at once'}"
    yield "severity", f"{alert.severity} ({service.sev(alert)}): {service.severities[alert.severity].means}"
    yield "origin", _origin(system, alert)
    if alert.reason:
        yield "departs", alert.reason
    yield "PromQL", alert.when.expression
    yield "tested at", "\n".join(_boundary(alert))
    yield "runbook", f"{names.runbook(alert.name)}\n{service.runbook_url(alert.name)}"
    yield "dashboard", service.dashboard_url(system.dashboard, alert.panel)
    yield "reaches", ", ".join(routes.receivers_of(service, alert.labels | {"alertname": alert.name}))


def _origin(system: System, thing: Alert | Objective) -> str:
    return f"{system.document}, '{thing.source}'" if thing.documented else f"added by us: {thing.source}"


def _boundary(alert: Alert) -> Iterator[str]:
    """What its tests play, and what they see."""
    if all(alert.when.holds(level) for level in Level):
        yield "whatever happens: fires"
        return
    threshold = alert.when.threshold
    for level in Level:
        if level is Level.AT_THRESHOLD and not threshold:
            continue
        value = ""
        if threshold and level in {Level.BREACHED, Level.AT_THRESHOLD, Level.WITHIN}:
            value = f" ({threshold.unit.show(threshold.at(level))})"
            if threshold.value == 0 or alert.when.KIND == "count":
                value = ""
        yield f"{level}{value}: {'fires' if alert.when.holds(level) else 'silent'}"


def _objective(service: Service, objective: Objective) -> Iterator[tuple[str, str]]:
    system = service.system(objective.system)
    yield "promise", objective.description
    yield "target", f"{decimal(objective.target * 100)} % over {objective.period.in_words()}"
    yield "bad is", objective.sli.sentence
    yield "origin", _origin(system, objective)
    for rule in objective_group(service, system, objective).rules:
        if isinstance(rule, AlertingRule):
            reaches = ", ".join(routes.receivers_of(service, {**rule.labels, "alertname": rule.alert}))
            yield (
                f"over {rule.labels[names.WINDOW]}",
                (
                    f"{rule.annotations['burn_factor']} times too fast for {rule.wait.in_words()}: "
                    f"{rule.labels[names.SEVERITY]}, reaches {reaches}\n{rule.expression}"
                ),
            )
    for note in objective.notes:
        yield "note", note
    yield "runbook", f"{names.runbook(objective.alert_name)}\n{service.runbook_url(objective.alert_name)}"
    yield "dashboard", service.dashboard_url(system.dashboard)
