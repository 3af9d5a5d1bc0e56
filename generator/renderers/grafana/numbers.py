"""Panels of one moment: big numbers and dials."""

from collections.abc import Mapping
from fractions import Fraction

from grafana_foundation_sdk.builders import gauge, stat
from grafana_foundation_sdk.builders.dashboard import ThresholdsConfig
from grafana_foundation_sdk.models.common import BigValueColorMode, BigValueGraphMode, BigValueTextMode

from generator.domain.dashboard import Panel
from generator.renderers.grafana.frame import Links, framed, latest
from generator.renderers.grafana.sources import now
from generator.renderers.grafana.states import mappings
from generator.renderers.grafana.units import is_counted, share_decimals


def big_number(panel: Panel, steps: ThresholdsConfig, states: Mapping[str, Fraction], links: Links) -> stat.Panel:
    """The value now; a state fills the panel with its colour, a number only wears it."""
    drawn = framed(stat.Panel(), panel, links).targets(now(panel.queries)).thresholds(steps)
    drawn.reduce_options(latest()).graph_mode(BigValueGraphMode.NONE).text_mode(BigValueTextMode.AUTO)
    drawn.color_mode(BigValueColorMode.BACKGROUND if states else BigValueColorMode.VALUE)
    if states:
        drawn.mappings(mappings(states, panel.threshold))
    if panel.unit.name == "ratio":
        drawn.decimals(share_decimals(panel.threshold.value))
    elif is_counted(panel.unit) and not panel.unit.per_second:
        drawn.decimals(0)
    return drawn


def dial(panel: Panel, steps: ThresholdsConfig, links: Links) -> gauge.Panel:
    """A gauge from zero, up to one for a share, with the thresholds marked on its rim."""
    drawn = framed(gauge.Panel(), panel, links).targets(now(panel.queries)).thresholds(steps).min(0)
    drawn.reduce_options(latest()).show_threshold_markers(True).show_threshold_labels(False)
    if panel.unit.name == "ratio":
        drawn.max(1).decimals(share_decimals(panel.threshold.value))
    return drawn
