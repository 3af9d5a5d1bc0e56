"""The page of a procedure, which belongs to no single alert."""

from collections.abc import Iterator

from generator.artifact import Artifact
from generator.domain import names
from generator.domain.procedure import Procedure
from generator.domain.service import Service
from generator.renderers.runbooks.index_page import GENERAL, GENERAL_TITLE
from generator.renderers.runbooks.markdown import cell, listed, prose
from generator.renderers.runbooks.pages import Values, page
from generator.renderers.runbooks.relations import Relations
from generator.renderers.runbooks.steps import numbered, remarks

_ONLY_SECTION = "Steps"


def procedure_page(service: Service, relations: Relations, procedure: Procedure) -> Artifact:
    """One procedure, and the alerts that lead to it."""
    systems = {system.name: system for system in service.systems}
    system = systems.get(procedure.system)
    values = {
        "title": prose(procedure.title),
        "when": prose(procedure.when),
        "system": cell(prose(system.title if system else GENERAL_TITLE)),
        "source": cell(prose(f"{system.document}, “{procedure.source}”" if system else procedure.source)),
        "remarks": remarks([step for section in procedure.sections for step in section.steps]),
        "sections": list(_sections(procedure)),
        "leading": listed(relations.leading(procedure)),
        "anchor": system.name if system else GENERAL,
    }
    return page(names.procedure_page(procedure.name), "procedure", values)


def _sections(procedure: Procedure) -> Iterator[Values]:
    """Numbered through, so that a step has one number here and in the chat."""
    first = 1
    for section in procedure.sections:
        yield {"title": prose(section.title) or _ONLY_SECTION, "steps": numbered(section.steps, first)}
        first += len(section.steps)
