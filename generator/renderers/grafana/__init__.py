"""Grafana: one dashboard per system, one over all of them, and the files that make Grafana load them."""

import warnings
from collections.abc import Iterator

with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
    # The SDK deprecates the Classic model as it is imported; file provisioning and sidecars read no other.
    from grafana_foundation_sdk.builders import dashboard, timeseries  # noqa: F401  # here, before any other import

from generator.artifact import Artifact
from generator.domain import names
from generator.domain.service import Service, System
from generator.renderers.grafana import objectives, panels
from generator.renderers.grafana.boards import board, finished, mark_alerts, mark_objective
from generator.renderers.grafana.overview import overview
from generator.renderers.grafana.provisioning import provisioning

__all__ = ["render"]


def render(service: Service) -> Iterator[Artifact]:
    """All files under `monitoring/grafana`."""
    for system in service.systems:
        yield _dashboard(service, system)
    yield overview(service)
    yield from provisioning(service)


def _dashboard(service: Service, system: System) -> Artifact:
    """Error budgets first, where burn alerts lead; then the concerns in the spec's order."""
    frame = board(service, system.dashboard.uid, system.dashboard.title, [system.name])
    frame.description(f"{system.title}. What is drawn comes from: {system.document}.")
    mark_alerts(frame, service, **{names.SYSTEM: system.name})
    sections = [panels.section(service, system, row) for row in system.dashboard.rows]
    if system.objectives:
        mark_objective(frame, objectives.chooser(system.objectives))
        sections.insert(0, objectives.section(service, system))
    return finished(frame, system.dashboard.file, sections)
