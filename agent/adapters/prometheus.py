"""Prometheus' range API: what an expression was over the last hours.

Source: https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from agent.adapters.json_api import Access, JsonApi
from agent.domain.chart import Curve, Line, Point, Span
from agent.errors import MonitoringError

UNSET: Final = "No Prometheus is configured; set PROMETHEUS_URL."
MOST_SERIES: Final = 500
"""More are neither asked for, where the server knows the limit, nor looked at."""


class Prometheus:
    """Keeps `ports.History`."""

    is_configured = True

    def __init__(self, access: Access) -> None:
        self._api = JsonApi("Prometheus", access)

    async def over(self, curve: Curve, span: Span) -> Sequence[Line]:
        form = {
            "query": curve.expression,
            "start": _moment(span.start),
            "end": _moment(span.end),
            "step": f"{span.step.total_seconds():g}",
            "limit": str(MOST_SERIES),
        }
        answer = await self._api.call("POST", "/api/v1/query_range", form=form)
        try:
            return [_line(each, curve.legend) for each in answer["data"]["result"][:MOST_SERIES]]
        except (KeyError, TypeError, ValueError, AttributeError):
            raise MonitoringError("Prometheus' answer is no range of values.") from None

    async def close(self) -> None:
        """Give the connections back."""
        await self._api.close()


class NoPrometheus:
    """Keeps `ports.History` where there is none to ask, and says why."""

    is_configured = False

    def __init__(self, why: str = UNSET) -> None:
        self._why = why

    async def over(self, curve: Curve, span: Span) -> Sequence[Line]:
        raise MonitoringError(self._why)

    async def close(self) -> None:
        """Nothing was opened."""


def _moment(moment: datetime) -> str:
    return f"{moment.timestamp():.3f}"


def _line(raw: Mapping[str, Any], legend: str) -> Line:
    labels = {str(name): str(value) for name, value in raw["metric"].items() if name != "__name__"}
    return Line(labels, tuple(_points(raw["values"])), legend)


def _points(values: Iterable[Sequence[Any]]) -> Iterable[Point]:
    """The moments that have a value; what is no number, or beyond all numbers, cannot be drawn."""
    for at, value in values:
        number = float(value)
        if math.isfinite(number):
            yield float(at), number
