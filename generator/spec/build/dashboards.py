"""`dashboard`: rows of panels, most of which draw an alert's own expression."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import count

from generator.domain.alert import Alert
from generator.domain.conditions import Comparison, Threshold
from generator.domain.dashboard import Dashboard, Panel, PanelType, Query, Row
from generator.domain.quantity import Unit
from generator.spec.build.alerts import OwnAlerts
from generator.spec.build.units import read_unit
from generator.spec.catalogue import Catalogue
from generator.spec.entry import Entry
from generator.spec.promql import check_expression


def read_dashboard(system: Entry, catalogue: Catalogue, alerts: OwnAlerts) -> Dashboard:
    """A system's dashboard; panels without an alert must say unit, description and threshold themselves."""
    entry = system.child("dashboard")
    ids = count(1)
    rows = tuple(
        Row(row.text("title"), tuple(_panel(panel, next(ids), catalogue, alerts) for panel in row.children("panels")))
        for row in entry.children("rows")
    )
    return Dashboard(entry.text("uid"), entry.text("title"), system.text("name"), rows)


def _panel(entry: Entry, number: int, catalogue: Catalogue, alerts: OwnAlerts) -> Panel:
    types = {str(kind): kind for kind in PanelType}
    kind = types.get(entry.text("type"), PanelType.TIMESERIES)
    alert = alerts.named(entry)
    if alert:
        return _of_alert(entry, number, kind, alert)
    return _free(entry, number, kind, catalogue)


def _of_alert(entry: Entry, number: int, kind: PanelType, alert: Alert) -> Panel:
    for key in ("queries", "unit", "threshold"):
        if entry.has(key):
            entry.problem(key, f"the alert {alert.name} brings its own {key}", "remove it, or remove alert")
    condition = alert.when
    legend = " ".join(f"{{{{{label}}}}}" for label in condition.labels) or entry.text("title")
    threshold = condition.threshold or Threshold(Comparison.ABOVE, Fraction(0), condition.unit)
    return Panel(
        id=number,
        title=entry.text("title"),
        description=entry.text("description") or f"{alert.summary}. Alert when {condition.sentence}.",
        type=kind,
        unit=condition.unit,
        queries=(Query(condition.measured, legend),),
        threshold=threshold,
        alert=alert.name,
    )


def _free(entry: Entry, number: int, kind: PanelType, catalogue: Catalogue) -> Panel:
    for key in ("description", "unit", "queries", "threshold"):
        if not entry.has(key) and not entry.has("alert"):
            entry.problem("", f"the panel {entry.text('title')!r} has no {key}", f"add {key}, or name an alert")
    unit = read_unit(entry)
    reason = entry.text("threshold_reason")
    return Panel(
        id=number,
        title=entry.text("title"),
        description=f"{entry.text('description')} {reason}".strip(),
        type=kind,
        unit=unit,
        queries=tuple(_queries(entry, catalogue)),
        threshold=_threshold(entry.child("threshold"), unit),
    )


def _queries(entry: Entry, catalogue: Catalogue) -> Iterator[Query]:
    for query in entry.children("queries"):
        text = query.text("expr")
        for finding in check_expression(text, catalogue).findings:
            query.problem("expr", finding.what, finding.remedy)
        yield Query(text, query.text("legend"))


def _threshold(entry: Entry, unit: Unit) -> Threshold:
    side = Comparison.BELOW if entry.has("below") else Comparison.ABOVE
    return Threshold(side, entry.number(side, Fraction(0)), unit)
