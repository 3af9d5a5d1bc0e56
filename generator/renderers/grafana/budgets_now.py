"""The overview's error budgets: what is left of every objective's, and how fast each is going."""

from collections.abc import Iterator
from fractions import Fraction

from grafana_foundation_sdk.builders import bargauge, timeseries
from grafana_foundation_sdk.models.common import BarGaugeDisplayMode, VizOrientation
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue

from generator.domain import names
from generator.domain.conditions import Comparison, Threshold
from generator.domain.dashboard import Panel, PanelType, Query
from generator.domain.duration import Duration
from generator.domain.selector import quoted
from generator.domain.service import Service, System
from generator.renderers.grafana import thresholds
from generator.renderers.grafana.charts import chart
from generator.renderers.grafana.colours import ORANGE
from generator.renderers.grafana.frame import framed, latest
from generator.renderers.grafana.layout import Tile
from generator.renderers.grafana.links import to_dashboard, to_systems
from generator.renderers.grafana.objectives import BUDGET_COLOURS, SHARE, SPENT, TIMES
from generator.renderers.grafana.sources import now, one_of, ref

_WIDTH = 12
_SUSTAINABLE = Threshold(Comparison.ABOVE, Fraction(1), TIMES)
_LEGEND = f"{{{{{names.SLO}}}}}"


def line(service: Service, first_id: int) -> list[Tile]:
    """Both panels, as high as all objectives need."""
    height = max(8, len(list(service.objectives)))
    return [Tile(_left(service, first_id), _WIDTH, height), Tile(_burning(service, first_id + 1), _WIDTH, height)]


def _left(service: Service, number: int) -> bargauge.Panel:
    """One query per system, so that a bar knows which dashboard to lead to."""
    systems = [system for system in service.systems if system.objectives]
    panel = Panel(
        id=number,
        title="Error budget left",
        description=(
            "What is left of every objective's error budget. Orange: under a quarter, release with care. Red: spent, "
            "the promise is broken. Click a bar for the objective."
        ),
        type=PanelType.GAUGE,
        unit=SHARE,
        queries=[Query(f"{names.BUDGET_LEFT}{{{names.SYSTEM}={quoted(system.name)}}}", _LEGEND) for system in systems],
        threshold=SPENT,
    )
    drawn = framed(bargauge.Panel(), panel, to_systems(service)).targets(now(panel.queries))
    drawn.thresholds(thresholds.below(BUDGET_COLOURS)).min(0).max(1).decimals(1).no_value("no events")
    drawn.reduce_options(latest()).orientation(VizOrientation.HORIZONTAL).display_mode(BarGaugeDisplayMode.BASIC)
    for position, system in enumerate(systems):
        drawn.override_by_query(ref(position), [_to_objective(system)])
    return drawn


def _to_objective(system: System) -> DynamicConfigValue:
    slo = f"${{__field.labels.{names.SLO}}}"
    return DynamicConfigValue("links", [to_dashboard(system.dashboard.title, system.dashboard.uid, slo).build()])


def _burning(service: Service, number: int) -> timeseries.Panel:
    panel = Panel(
        id=number,
        title="Burn rate, shortest alert window",
        description=(
            "How many times faster than sustainable each budget burns, over the shortest window that an alert of the "
            "objective looks at. Above one, the budget does not last its period."
        ),
        type=PanelType.TIMESERIES,
        unit=TIMES,
        queries=list(_burn_rates(service)),
        threshold=_SUSTAINABLE,
    )
    steps = thresholds.above({_SUSTAINABLE.value: ORANGE})
    return chart(panel, steps, to_systems(service)).no_value("no events").decimals(1).fill_opacity(0).axis_soft_max(1)


def _burn_rates(service: Service) -> Iterator[Query]:
    """One query per window, for the objectives whose shortest it is: not all objectives can use the same."""
    shortest: dict[Duration, list[str]] = {}
    for objective in service.objectives:
        shortest.setdefault(min(window.long for window in objective.windows), []).append(objective.id)
    for window, ids in sorted(shortest.items()):
        yield Query(f"{names.burn_rate(window)}{{{one_of(names.SLO, ids)}}}", f"{_LEGEND} {window}")
