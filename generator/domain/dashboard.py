"""Dashboards: rows of panels, each with a unit, a description and the line where attention starts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from generator.domain import promql
from generator.domain.conditions import Condition, Threshold
from generator.domain.quantity import Unit


class PanelType(StrEnum):
    """How a panel draws."""

    TIMESERIES = "timeseries"
    STAT = "stat"
    GAUGE = "gauge"
    BARS = "bars"


@dataclass(frozen=True, slots=True)
class Query:
    """One PromQL expression and how its series are called."""

    expression: str
    legend: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel.

    Attributes:
        id: unique within the dashboard, counted from 1 in reading order.
        alert: the alert whose expression and threshold it draws, or empty.
    """

    id: int
    title: str
    description: str
    type: PanelType
    unit: Unit
    queries: Sequence[Query]
    threshold: Threshold
    alert: str = ""

    def scaled(self, divisor: int, condition: Condition | None) -> "Panel":
        """The same panel with every duration divided; a panel of an alert draws what the alert measures then."""
        if condition is None:
            queries = (replace(q, expression=promql.divided(q.expression, divisor)) for q in self.queries)
            return replace(self, queries=tuple(queries))
        queries = (replace(query, expression=condition.measured) for query in self.queries)
        return replace(self, queries=tuple(queries), threshold=condition.threshold or self.threshold)


@dataclass(frozen=True, slots=True)
class Row:
    """A concern: panels that are looked at together."""

    title: str
    panels: Sequence[Panel] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A system's dashboard.

    Attributes:
        uid: its stable identity in Grafana.
        file: the stem of its JSON file.
    """

    uid: str
    title: str
    file: str
    rows: Sequence[Row] = field(default_factory=tuple)

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels in reading order."""
        return tuple(panel for row in self.rows for panel in row.panels)

    def scaled(self, divisor: int, conditions: Mapping[str, Condition]) -> "Dashboard":
        """The same dashboard with every duration divided; `conditions` are those of the alerts, divided already."""
        rows = (
            replace(row, panels=tuple(panel.scaled(divisor, conditions.get(panel.alert)) for panel in row.panels))
            for row in self.rows
        )
        return replace(self, rows=tuple(rows))
