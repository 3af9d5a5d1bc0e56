"""Which way a panel of the domain is drawn, and how much room it wants."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from generator.domain.alert import Alert
from generator.domain.dashboard import Panel, PanelType, Row
from generator.domain.service import Service, System
from generator.renderers.grafana import thresholds
from generator.renderers.grafana.charts import chart, lanes
from generator.renderers.grafana.frame import Links
from generator.renderers.grafana.layout import Section, Tile, lines
from generator.renderers.grafana.links import drill_down
from generator.renderers.grafana.numbers import big_number, dial
from generator.renderers.grafana.states import states_of

CHART_WIDTH = 8
CHART_HEIGHT = 8
NUMBER_WIDTH = 4
NUMBER_HEIGHT = 4
DIAL_HEIGHT = 6


def section(service: Service, system: System, row: Row) -> Section:
    """A row of a system's dashboard."""
    tiles = [_tile_of(service, system, panel) for panel in row.panels]
    return Section(row.title, tuple(lines(tiles)))


def _tile_of(service: Service, system: System, panel: Panel) -> Tile:
    alerts = [alert for alert in system.alerts if panel.title == alert.panel or panel.alert == alert.name]
    links = drill_down(service, (alert.name for alert in alerts))
    return tile(panel, links, alerts=alerts, states=states_of(panel, system.metrics))


def tile(
    panel: Panel,
    links: Links,
    *,
    alerts: Sequence[Alert] = (),
    states: Mapping[str, Fraction] | None = None,
) -> Tile:
    """A panel with the thresholds of its alerts.

    Args:
        panel: what to draw.
        links: ways on from it.
        alerts: all alerts that it stands for, its own among them.
        states: names of its values, where they encode a state. States over time are lanes: lines at 0 and 1 hide
            one another.
    """
    named, is_number = states or {}, panel.type in {PanelType.STAT, PanelType.GAUGE}
    colours = thresholds.limits(panel.threshold, alerts)
    above = panel.threshold.is_above
    steps = thresholds.above(colours, exact=not is_number) if above else thresholds.below(colours)
    if panel.type is PanelType.STAT:
        return Tile(big_number(panel, steps, named, links), NUMBER_WIDTH, NUMBER_HEIGHT, grows=False)
    if panel.type is PanelType.GAUGE:
        return Tile(dial(panel, steps, links), NUMBER_WIDTH, DIAL_HEIGHT, grows=False)
    drawn = lanes(panel, steps, named, links) if named else chart(panel, steps, links)
    return Tile(drawn, CHART_WIDTH, CHART_HEIGHT)
