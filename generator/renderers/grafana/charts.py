"""Panels over time: lines, stacked bars, and lanes of states."""

from collections.abc import Mapping
from fractions import Fraction

from grafana_foundation_sdk.builders import common, statetimeline, timeseries
from grafana_foundation_sdk.builders.dashboard import ThresholdsConfig
from grafana_foundation_sdk.models import common as options

from generator.domain.conditions import Threshold
from generator.domain.dashboard import Panel, PanelType
from generator.renderers.grafana.colours import OUTCOME_LABELS, OUTCOMES, fixed
from generator.renderers.grafana.frame import Links, framed
from generator.renderers.grafana.sources import over_time
from generator.renderers.grafana.states import mappings
from generator.renderers.grafana.units import is_counted, number, share_decimals

_HEADROOM = Fraction(11, 10)
"""How far the axis of an alert's panel reaches at least, as a multiple of the threshold."""

_EMPTY = {"ratio": "no traffic, or no data", "series": "none, or no data"}


def lanes(panel: Panel, steps: ThresholdsConfig, states: Mapping[str, Fraction], links: Links) -> statetimeline.Panel:
    """One lane per series, coloured by its state."""
    drawn = framed(statetimeline.Panel(), panel, links).targets(over_time(panel.queries))
    drawn.thresholds(steps).mappings(mappings(states, panel.threshold))
    drawn.show_value(options.VisibilityMode.AUTO).merge_values(True).row_height(0.8).fill_opacity(80).line_width(0)
    return drawn.legend(common.VizLegendOptions().show_legend(False)).tooltip(_tooltip())


def chart(panel: Panel, steps: ThresholdsConfig, links: Links) -> timeseries.Panel:
    """Lines or stacked bars, with the threshold as a line across."""
    drawn = framed(timeseries.Panel(), panel, links).targets(over_time(panel.queries)).thresholds(steps)
    drawn.thresholds_style(common.GraphThresholdsStyleConfig().mode(options.GraphThresholdsStyleMode.LINE))
    drawn.legend(_legend(panel)).tooltip(_tooltip())
    if panel.type is PanelType.BARS:
        _stacked(drawn)
    else:
        drawn.line_width(2).fill_opacity(8)
    if panel.unit.name in _EMPTY:
        drawn.no_value(_EMPTY[panel.unit.name])
    _scaled(drawn, panel)
    _coloured(drawn, panel)
    return drawn


def _stacked(drawn: timeseries.Panel) -> None:
    drawn.draw_style(options.GraphDrawStyle.BARS).fill_opacity(80).line_width(0)
    drawn.stacking(common.StackingConfig().mode(options.StackingMode.NORMAL).group("A"))


def _scaled(drawn: timeseries.Panel, panel: Panel) -> None:
    """The axis names what is counted and starts at zero.

    It always reaches an alert's threshold. Where attention merely starts, often far above what is usual, the line comes
    into sight when the values come near it, and until then the axis shows their shape.
    """
    limit = panel.threshold
    if panel.unit.name == "ratio":
        drawn.decimals(share_decimals(limit.value))
        _share_axis(drawn, limit)
        return
    if is_counted(panel.unit):
        drawn.axis_label(str(panel.unit))
    drawn.min(0)
    if panel.alert:
        drawn.axis_soft_max(number(limit.value * _HEADROOM or Fraction(1)))


def _share_axis(drawn: timeseries.Panel, limit: Threshold) -> None:
    """Shares are drawn around their limit: 2 % is not to be lost on an axis up to 100 %, nor 95 % on one from 0."""
    if limit.is_above:
        drawn.min(0).axis_soft_max(number(min(limit.value * _HEADROOM, Fraction(1))))
    else:
        margin = 2 * (1 - limit.value)
        drawn.axis_soft_min(number(max(1 - margin, Fraction(0)) if margin else Fraction(0))).axis_soft_max(1)


def _coloured(drawn: timeseries.Panel, panel: Panel) -> None:
    """Series told apart by an outcome wear its colour; all others take the palette's."""
    if any(query.legend == f"{{{{{label}}}}}" for query in panel.queries for label in OUTCOME_LABELS):
        for colour, values in OUTCOMES.items():
            drawn.override_by_regexp(f"/^({'|'.join(values)})$/", [fixed(colour)])


def _legend(panel: Panel) -> common.VizLegendOptions:
    """What each series shows now, and how bad it was; the worst first when there are many."""
    worst = "max" if panel.threshold.is_above else "min"
    legend = common.VizLegendOptions().show_legend(True).placement(options.LegendPlacement.BOTTOM)
    legend.calcs(["lastNotNull", worst])
    if not any("{{" in query.legend for query in panel.queries):
        return legend.display_mode(options.LegendDisplayMode.LIST)
    return legend.display_mode(options.LegendDisplayMode.TABLE).sort_by("Last *").sort_desc(panel.threshold.is_above)


def _tooltip() -> common.VizTooltipOptions:
    return common.VizTooltipOptions().mode(options.TooltipDisplayMode.MULTI).sort(options.SortOrder.DESCENDING)
