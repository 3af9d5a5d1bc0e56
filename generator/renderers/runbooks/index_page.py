"""The index: every page, system by system."""

from collections.abc import Iterable

from generator.artifact import Artifact
from generator.domain import names
from generator.domain.catalog.objectives import SHARE
from generator.domain.objective import Objective
from generator.domain.procedure import Procedure
from generator.domain.service import Service, System
from generator.domain.severity import Severity
from generator.renderers.runbooks.markdown import cell, link, listed, prose
from generator.renderers.runbooks.pages import Values, page
from generator.renderers.runbooks.relations import INDEX, alert_link, procedure_link

GENERAL = "any-system"
GENERAL_TITLE = "Any system"


def index_page(service: Service) -> Artifact:
    """All alerts, objectives and procedures, with a line each."""
    known = {system.name for system in service.systems}
    values = {
        "severities": [
            {
                "name": severity,
                "means": cell(prose(it.means)),
                "sev": cell(prose(it.sev)),
                "covers": cell(prose(it.covers)),
            }
            for severity, it in service.severities.items()
        ],
        "contents": listed([link(prose(system.title), f"#{system.name}") for system in service.systems]),
        "systems": [_system(service, system) for system in service.systems],
        "general": _procedures(it for it in service.procedures if it.system not in known),
        "general_anchor": GENERAL,
        "general_title": GENERAL_TITLE,
    }
    return page(f"{names.RUNBOOKS}/{INDEX}", "index", values)


def _system(service: Service, system: System) -> Values:
    return {
        "anchor": system.name,
        "title": prose(system.title),
        "alerts": [
            {
                "link": alert_link(alert.name),
                "severity": _emphasised(alert.severity),
                "summary": cell(prose(alert.summary)),
            }
            for alert in system.alerts
        ],
        "objectives": [_objective(objective) for objective in system.objectives],
        "procedures": _procedures(it for it in service.procedures if it.system == system.name),
    }


def _emphasised(severity: Severity) -> str:
    return f"**{severity}**" if severity is Severity.CRITICAL else severity


def _objective(objective: Objective) -> Values:
    return {
        "title": cell(prose(objective.title)),
        "promise": f"{SHARE.show(objective.target)} of {cell(prose(objective.sli.event))} over {objective.period}",
        "link": alert_link(objective.alert_name),
    }


def _procedures(procedures: Iterable[Procedure]) -> list[Values]:
    return [{"link": cell(procedure_link(it)), "when": cell(prose(it.when))} for it in procedures]
