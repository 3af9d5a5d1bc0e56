"""The overview's alerts: per system, one by one, and over time."""

from collections.abc import Iterator

from grafana_foundation_sdk.builders import common, table
from grafana_foundation_sdk.models.dashboard import (
    DataTransformerConfig,
    DynamicConfigValue,
    ValueMap,
    ValueMappingResult,
)

from generator.domain import names
from generator.domain.conditions import Comparison, Threshold
from generator.domain.dashboard import Panel, PanelType, Query
from generator.domain.quantity import Unit
from generator.domain.service import Service
from generator.domain.severity import Severity
from generator.renderers.grafana import thresholds
from generator.renderers.grafana.colours import BY_SEVERITY, ORANGE
from generator.renderers.grafana.frame import framed
from generator.renderers.grafana.layout import COLUMNS, Tile
from generator.renderers.grafana.links import to_dashboard, to_systems
from generator.renderers.grafana.numbers import big_number
from generator.renderers.grafana.panels import tile
from generator.renderers.grafana.sources import firing, listed
from generator.renderers.grafana.watch import ALERTS, NONE, counted

_HEIGHT = 9
_COLUMNS = {"alertname": "Alert", names.SEVERITY: "Severity", names.SYSTEM: "System", "Value": "Active for"}


def systems(service: Service, first_id: int) -> list[Tile]:
    """One number per system, leading to its dashboard."""
    return list(_systems(service, first_id))


def _systems(service: Service, first_id: int) -> Iterator[Tile]:
    steps = thresholds.above(thresholds.limits(NONE), exact=False)
    for number, system in enumerate(service.systems):
        panel = Panel(
            id=first_id + number,
            title=system.title,
            description=f"Alerts of {system.title} that fire now, whatever their severity. Click for its dashboard.",
            type=PanelType.STAT,
            unit=ALERTS,
            queries=[counted(firing(service, **{names.SYSTEM: system.name}))],
            threshold=NONE,
        )
        way = to_dashboard(system.dashboard.title, system.dashboard.uid)
        drawn = big_number(panel, steps, {}, [way]).data_links([way])
        yield Tile(drawn, COLUMNS // max(len(service.systems), 6), 4)


def line(service: Service, first_id: int) -> list[Tile]:
    """What fires now, one by one, and what fired when."""
    over_time = Panel(
        id=first_id + 1,
        title="Alerts over time",
        description="How many alerts were firing, by system and severity. A flood of them at once has one cause.",
        type=PanelType.BARS,
        unit=ALERTS,
        queries=[
            Query(
                f"count by ({names.SYSTEM}, {names.SEVERITY}) ({firing(service)})",
                f"{{{{{names.SYSTEM}}}}} {{{{{names.SEVERITY}}}}}",
            )
        ],
        threshold=NONE,
    )
    listing = Tile(_table(service, first_id), 12, _HEIGHT)
    return [listing, tile(over_time, to_systems(service))]


def _table(service: Service, number: int) -> table.Panel:
    """One line per alert, the newest first, each leading to its runbook page."""
    repeat = service.routing.timing.repeat_interval
    panel = Panel(
        id=number,
        title="Firing now",
        description=(
            "Every alert that fires now and for how long its condition has held. Click a name for its runbook page. "
            f"Orange: longer than {repeat.in_words()}, after which its message is repeated."
        ),
        type=PanelType.STAT,
        unit=Unit("seconds"),
        queries=[Query(_active(service), "")],
        threshold=Threshold(Comparison.ABOVE, repeat.seconds, Unit("seconds")),
    )
    drawn = framed(table.Panel(), panel, to_systems(service)).targets([listed(panel.queries[0])])
    drawn.thresholds(thresholds.above({panel.threshold.value: ORANGE})).no_value("Nothing fires.")
    drawn.with_transformation(_columns()).sort_by([common.TableSortByFieldState().display_name("Active for")])
    drawn.override_by_name("Alert", [_runbook(service)])
    drawn.override_by_name("Severity", [_severity_colours(), _coloured_text()])
    return drawn.override_by_name("Active for", [_coloured_text()])


def _active(service: Service) -> str:
    """Seconds since the condition of each firing alert began to hold."""
    labels = f"{names.SYSTEM}, {names.SEVERITY}, alertname"
    return f"max by ({labels}) (time() - ALERTS_FOR_STATE and ignoring (alertstate) {firing(service)})"


def _columns() -> DataTransformerConfig:
    order = {label: position for position, label in enumerate(_COLUMNS)}
    options = {"excludeByName": {"Time": True}, "indexByName": order, "renameByName": _COLUMNS}
    return DataTransformerConfig(id_val="organize", options=options)


def _runbook(service: Service) -> DynamicConfigValue:
    link = {"title": "Runbook", "url": service.runbook_url("${__value.text}"), "targetBlank": True}
    return DynamicConfigValue("links", [link])


def _severity_colours() -> DynamicConfigValue:
    results = {
        str(severity): ValueMappingResult(color=BY_SEVERITY[severity], index=index)
        for index, severity in enumerate(Severity)
    }
    return DynamicConfigValue("mappings", [ValueMap(results)])


def _coloured_text() -> DynamicConfigValue:
    return DynamicConfigValue("custom.cellOptions", {"type": "color-text"})
