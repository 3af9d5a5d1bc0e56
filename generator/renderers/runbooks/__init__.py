"""`monitoring/runbooks`: the page behind every alert, the procedures, their index, and the catalogue for the agent."""

from collections.abc import Iterator

from generator.artifact import Artifact
from generator.domain.service import Service
from generator.renderers.runbooks.alert_page import alert_page
from generator.renderers.runbooks.catalog import catalog_file
from generator.renderers.runbooks.index_page import index_page
from generator.renderers.runbooks.objective_page import objective_page
from generator.renderers.runbooks.procedure_page import procedure_page
from generator.renderers.runbooks.relations import Relations


def render(service: Service) -> Iterator[Artifact]:
    """Markdown as GitHub reads it, and one JSON file."""
    relations = Relations(service)
    for system in service.systems:
        for alert in system.alerts:
            yield alert_page(service, relations, system, alert)
        for objective in system.objectives:
            yield objective_page(service, relations, system, objective)
    for procedure in service.procedures:
        yield procedure_page(service, relations, procedure)
    yield index_page(service)
    yield catalog_file(service)
