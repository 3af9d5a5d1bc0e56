"""What every dashboard has: identity, variables, alert annotations and navigation; and its JSON."""

from collections.abc import Iterable, Sequence

from grafana_foundation_sdk.builders.dashboard import AnnotationQuery, CustomVariable, Dashboard
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync

from generator.artifact import Artifact
from generator.domain import names
from generator.domain.service import Service
from generator.renderers.grafana.colours import ORANGE, RED
from generator.renderers.grafana.encoded import encoded
from generator.renderers.grafana.layout import Section, place
from generator.renderers.grafana.links import in_sight, navigation
from generator.renderers.grafana.sources import SOURCE, firing, source_variable


def board(service: Service, uid: str, title: str, tags: Sequence[str] = ()) -> Dashboard:
    """An empty dashboard that cannot be edited, showing the last six hours in the browser's time zone."""
    frame = Dashboard(title).uid(uid).tags([service.settings.name, *tags]).readonly()
    frame.tooltip(DashboardCursorSync.CROSSHAIR).refresh("30s").time("now-6h", "now").timezone("browser")
    return frame.links(navigation(service)).with_variable(source_variable(service.settings.datasource))


def mark_alerts(frame: Dashboard, service: Service, **labels: str) -> None:
    """Shade the times in which alerts with these labels were firing."""
    frame.annotation(_annotation("Firing alerts", firing(service, **labels), RED).enable(True))


def mark_objective(frame: Dashboard, chooser: CustomVariable) -> None:
    """Offer to shade the times in which the budget of the chosen objective burned too fast; off until asked for."""
    expression = f'ALERTS{{alertstate="firing",{names.SLO}="${names.SLO}"}}'
    burning = _annotation("Budget of the chosen objective burns", expression, ORANGE).enable(False)
    frame.with_variable(chooser).annotation(burning)


def _annotation(name: str, expression: str, colour: str) -> AnnotationQuery:
    query = AnnotationQuery().name(name).datasource(SOURCE).hide(False).icon_color(colour).expr(expression)
    query.title_format("{{alertname}}").text_format(f"{{{{{names.SEVERITY}}}}}")
    return in_sight(query.tag_keys(f"{names.SYSTEM},{names.SEVERITY}").step("60s"))


def finished(frame: Dashboard, file: str, sections: Iterable[Section]) -> Artifact:
    """The dashboard's file; keys are sorted, so that a change of the spec is a small change of the file."""
    place(frame, sections)
    return Artifact.at(names.dashboard_file(file), encoded(frame.build()))
