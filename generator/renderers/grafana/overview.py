"""The overview: what fires now, on which system, how much budget is left, and whether the watch itself is alive."""

from generator.artifact import Artifact
from generator.domain import names
from generator.domain.service import Service
from generator.renderers.grafana import alerts_now, budgets_now, watch
from generator.renderers.grafana.boards import board, finished, mark_alerts
from generator.renderers.grafana.layout import Section
from generator.renderers.grafana.links import overview_uid
from generator.renderers.grafana.objectives import TITLE as BUDGETS


def overview(service: Service) -> Artifact:
    """The dashboard over all systems."""
    frame = board(service, overview_uid(service), f"{service.settings.name.capitalize()} Overview")
    frame.description("All systems: what fires, what is left of the error budgets, and whether the watch is alive.")
    mark_alerts(frame, service)
    sections = [
        Section("Now", [watch.line(service, first_id=1)]),
        Section("Systems", [alerts_now.systems(service, first_id=101)]),
        Section("Firing alerts", [alerts_now.line(service, first_id=201)]),
    ]
    if any(service.objectives):
        sections.append(Section(BUDGETS, [budgets_now.line(service, first_id=301)]))
    return finished(frame, names.OVERVIEW, sections)
