"""A chart on its way to the process that draws it, as JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from agent.domain.chart import Chart, Curve, Line, Measure, Threshold


def written(chart: Chart) -> bytes:
    """The chart as JSON."""
    return json.dumps(asdict(chart), default=_plain).encode()


def read(paper: bytes) -> Chart:
    """The chart again."""
    raw = json.loads(paper)
    return Chart(
        title=raw["title"],
        subtitle=raw["subtitle"],
        measure=_measure(raw["measure"]),
        lines=tuple(_line(each) for each in raw["lines"]),
        start=datetime.fromisoformat(raw["start"]),
        end=datetime.fromisoformat(raw["end"]),
        step=timedelta(seconds=raw["step"]),
        hidden=raw["hidden"],
        fired=tuple((datetime.fromisoformat(begun), _moment(ended)) for begun, ended in raw["fired"]),
    )


def _measure(raw: Mapping[str, Any]) -> Measure:
    limit = raw["threshold"]
    return Measure(tuple(Curve(**each) for each in raw["curves"]), raw["unit"], Threshold(**limit) if limit else None)


def _line(raw: Mapping[str, Any]) -> Line:
    return Line(raw["labels"], tuple((at, value) for at, value in raw["points"]), raw["legend"], raw["fires"])


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(f"{type(value).__name__} is not written")
