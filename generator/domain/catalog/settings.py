"""The catalogue's parts that belong to no system: the bundle, its labels, routing and procedures."""

from generator.domain import names
from generator.domain.catalog.plain import Entry, step_entries
from generator.domain.procedure import Procedure
from generator.domain.routing import Routing, Timing
from generator.domain.service import Service


def bundle_entry(service: Service) -> Entry:
    """What holds for the whole bundle."""
    settings, targets = service.settings, service.settings.targets
    return {
        "name": settings.name,
        "repository": settings.repository,
        "revision": settings.revision,
        "runbook_base_url": settings.runbook_base_url,
        "grafana_base_url": settings.grafana_base_url,
        "datasource": settings.datasource,
        "scrape_interval": str(settings.scrape_interval),
        "evaluation_interval": str(settings.evaluation_interval),
        "targets": {
            "prometheus": str(targets.prometheus),
            "alertmanager": str(targets.alertmanager),
            "grafana": str(targets.grafana),
        },
        "time_scale": service.time_scale,
    }


def label_entry(service: Service) -> Entry:
    """Which label keys are forbidden, and how many values the open ones may have."""
    return {"forbidden": sorted(service.forbidden_labels), "budgets": dict(sorted(service.label_budgets.items()))}


def routing_entry(routing: Routing) -> Entry:
    """Who hears of what, and how often."""
    out = routing.way_out
    return {
        "group_by": list(routing.group_by),
        "timing": _timing(routing.timing),
        "severities": {str(severity): _timing(timing) for severity, timing in sorted(routing.timings.items())},
        "heartbeat": _timing(routing.heartbeat),
        "agent_webhook": {"url": routing.agent.url, "credentials_file": routing.agent.credentials_file},
        "way_out": {"chat_id": out.chat_id, "bot_token_file": out.bot_token_file} if out else None,
    }


def _timing(timing: Timing) -> Entry:
    return {
        "group_wait": str(timing.group_wait),
        "group_interval": str(timing.group_interval),
        "repeat_interval": str(timing.repeat_interval),
    }


def procedure_entry(service: Service, procedure: Procedure) -> Entry:
    """One procedure, with its page."""
    page = names.procedure_page(procedure.name)
    return {
        "title": procedure.title,
        "system": procedure.system,
        "source": procedure.source,
        "when": procedure.when,
        "runbook": page,
        "runbook_url": service.settings.runbook_base_url + page.removeprefix(names.RUNBOOKS),
        "sections": [{"title": section.title, "steps": step_entries(section.steps)} for section in procedure.sections],
    }
