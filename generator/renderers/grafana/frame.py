"""What every panel has, whatever it draws: number, title, text, unit, data source, ways on."""

from typing import TypeAlias, TypeVar

from grafana_foundation_sdk.builders import bargauge, gauge, stat, statetimeline, table, timeseries
from grafana_foundation_sdk.builders.common import ReduceDataOptions
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import DashboardLink

from generator.domain.dashboard import Panel
from generator.renderers.grafana.sources import SOURCE
from generator.renderers.grafana.units import unit_of

Links: TypeAlias = list[Builder[DashboardLink]]
"""Ways on from a panel."""

Drawn = TypeVar("Drawn", timeseries.Panel, statetimeline.Panel, stat.Panel, gauge.Panel, bargauge.Panel, table.Panel)


def framed(drawn: Drawn, panel: Panel, links: Links) -> Drawn:
    """The builder with everything set that does not depend on how it draws."""
    drawn.id(panel.id).title(panel.title).description(panel.description).datasource(SOURCE)
    drawn.unit(unit_of(panel.unit, panel.threshold.value)).links(links)
    return drawn


def latest() -> ReduceDataOptions:
    """One number per series: the only one an instant query returns."""
    return ReduceDataOptions().calcs(["lastNotNull"]).fields("").values(False)
