"""The bundle in plain data: what the agent reads, and what two versions of the spec are compared by.

Every number that a person may change in the spec stands here in a form that survives JSON: text, numbers, booleans,
lists and mappings only. Mappings keep the spec's order; sets are sorted.
"""

from generator.artifact import HEADER
from generator.domain.catalog.alerts import alert_entries
from generator.domain.catalog.burning import burn_alerts
from generator.domain.catalog.objectives import objective_entry
from generator.domain.catalog.settings import bundle_entry, label_entry, procedure_entry, routing_entry
from generator.domain.catalog.systems import system_entry
from generator.domain.service import Service

VERSION = 1
"""Grows when a reader of an older catalogue would misread a newer one."""


def catalog(service: Service) -> dict[str, object]:
    """Everything about a service, as plain data."""
    burning = {
        objective.id: burn_alerts(service, system, objective)
        for system in service.systems
        for objective in system.objectives
    }
    return {
        "version": VERSION,
        "about": HEADER,
        "bundle": bundle_entry(service),
        "severities": {
            str(severity): {"means": meaning.means, "sev": meaning.sev, "covers": meaning.covers}
            for severity, meaning in service.severities.items()
        },
        "labels": label_entry(service),
        "routing": routing_entry(service.routing),
        "systems": {system.name: system_entry(system) for system in service.systems},
        "alerts": dict(alert_entries(service, burning)),
        "objectives": {
            objective.id: objective_entry(objective, burning[objective.id]) for objective in service.objectives
        },
        "procedures": {procedure.name: procedure_entry(service, procedure) for procedure in service.procedures},
    }
