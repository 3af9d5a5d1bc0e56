"""The words under a chart: what it shows, and the number that a person wants first."""

from agent.adapters.telegram.render.html import bold, code, joined, line
from agent.adapters.telegram.render.human import duration
from agent.domain.chart import Chart
from agent.domain.incident import Incident
from agent.domain.units import axis, shown
from agent.ports import Words


def charted(incident: Incident | None, chart: Chart) -> Words:
    """Short enough for a caption, which holds a quarter of what a message does."""
    which = code(incident.id, 40) if incident else ""
    head = joined(f"📈 {bold(chart.title, 160)}", which, f"the last {duration(chart.end - chart.start)}", by=" · ")
    more = f"{chart.hidden} further series not drawn." if chart.hidden else ""
    return Words(joined(head, _value(chart), more))


def _value(chart: Chart) -> str:
    limit = chart.measure.threshold
    beside = f" (threshold: {line(limit.shown, 80)})" if limit else ""
    if chart.newest is None:
        return ""
    unit = chart.measure.unit
    return f"Last value: {line(' '.join(filter(None, (shown(chart.newest, unit), axis(unit)))), 80)}{beside}."
