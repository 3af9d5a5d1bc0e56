"""The catalogue's systems: what they measure and what their dashboards show."""

from generator.domain.catalog.plain import Entry, number, threshold_entry
from generator.domain.dashboard import Dashboard, Panel
from generator.domain.metric import Metric
from generator.domain.service import System

ANY = "any"
"""Stands for an open set of label values, as in the spec."""


def system_entry(system: System) -> Entry:
    """One system, with the names of its alerts and objectives in order."""
    return {
        "title": system.title,
        "document": system.document,
        "emitter": "agent" if system.emitted_by_agent else "external",
        "job": system.job,
        "alerts": [alert.name for alert in system.alerts],
        "objectives": [objective.id for objective in system.objectives],
        "metrics": {metric.name: _metric(metric) for metric in system.metrics},
        "dashboard": _dashboard(system.dashboard),
    }


def _metric(metric: Metric) -> Entry:
    return {
        "type": str(metric.type),
        "unit": str(metric.unit),
        "help": metric.help,
        "labels": {label.name: ANY if label.is_open else list(label.values) for label in metric.labels},
        "buckets": [number(bound) for bound in metric.buckets],
        "values": {name: number(value) for name, value in metric.states.items()},
        "healthy": None if metric.healthy is None else number(metric.healthy),
        "job": metric.job,
    }


def _dashboard(dashboard: Dashboard) -> Entry:
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "file": dashboard.file,
        "rows": [{"title": row.title, "panels": [_panel(panel) for panel in row.panels]} for row in dashboard.rows],
    }


def _panel(panel: Panel) -> Entry:
    """A panel that draws an alert follows that alert's expression; only the others have queries of their own."""
    return {
        "id": panel.id,
        "title": panel.title,
        "type": str(panel.type),
        "unit": str(panel.unit),
        "threshold": threshold_entry(panel.threshold),
        "alert": panel.alert,
        "queries": [] if panel.alert else [query.expression for query in panel.queries],
    }
