"""A chart: what an alert has measured over the last hours, beside the threshold that it fires at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

POINTS: Final = 240
"""How many moments a line has: what a phone's screen can tell apart."""

FINEST: Final = timedelta(seconds=1)
MOST_LINES: Final = 12
"""More cannot be told apart by their colours."""

_SPARSE: Final = 4
"""When all that is known fits into one part of so many, the rest is empty and not worth the room."""

_LEAST_SPAN: Final = timedelta(seconds=30)

Point = tuple[float, float]
"""Unix seconds, and the value then."""


@dataclass(frozen=True, slots=True)
class Curve:
    """PromQL, and what its line is called; empty when the labels of its results say enough."""

    expression: str
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Threshold:
    """Where trouble begins.

    Attributes:
        shown: as a person reads it, such as `above 20 %`.
        is_above: whether too much is the trouble.
    """

    value: float
    shown: str
    is_above: bool = True


@dataclass(frozen=True, slots=True)
class Measure:
    """What an alert looks at. `unit` is the spec's word for it, such as `ratio`, `seconds` or `runs`."""

    curves: tuple[Curve, ...]
    unit: str = ""
    threshold: Threshold | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One series, in the order of time. `fires` tells the ones that an alert is about from those beside them."""

    labels: Mapping[str, str]
    points: tuple[Point, ...]
    legend: str = ""
    fires: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What is drawn.

    Attributes:
        title: the alert's name.
        subtitle: what is wrong, in a sentence.
        hidden: how many further series there are.
        step: between two moments; where more is missing, the line has a gap.
        fired: from when until when it has fired; None for what goes on.
    """

    title: str
    subtitle: str
    measure: Measure
    lines: tuple[Line, ...]
    start: datetime
    end: datetime
    step: timedelta
    hidden: int = 0
    fired: tuple[tuple[datetime, datetime | None], ...] = ()

    @property
    def newest(self) -> float | None:
        """The last value of the first line, which is the one that matters most."""
        return self.lines[0].points[-1][1] if self.lines else None


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when a server is asked, and how far two moments lie apart: a whole number of them fits."""

    start: datetime
    end: datetime
    step: timedelta = field(default=FINEST)


def span(end: datetime, length: timedelta) -> Span:
    """So long before a moment, in about `POINTS` steps of whole seconds."""
    step = max(timedelta(seconds=round(length.total_seconds() / POINTS)), FINEST)
    return Span(end - step * max(round(length / step), 1), end, step)


def narrower(asked: Span, lines: Collection[Line]) -> Span | None:
    """The part of a span that holds everything known, when the rest is empty; None when it is filled well enough.

    A Prometheus that was started ten minutes ago shall not show six hours of nothing and a dot.
    """
    first = min((line.points[0][0] for line in lines if line.points), default=None)
    if first is None:
        return None
    known = timedelta(seconds=asked.end.timestamp() - first) + 2 * asked.step
    length = max(known, _LEAST_SPAN)
    return span(asked.end, length) if length * _SPARSE <= asked.end - asked.start else None


def chosen(lines: Sequence[Line], most: int = MOST_LINES) -> tuple[Line, ...]:
    """Those that fire first, then those that have moved furthest from zero of late."""
    filled = [line for line in lines if line.points]
    ranked = sorted(filled, key=lambda line: (not line.fires, -abs(line.points[-1][1])))
    return tuple(ranked[:most])


def is_about(line_labels: Mapping[str, str], alerts: Collection[Mapping[str, str]]) -> bool:
    """Whether one of the alerts carries everything that the series does: then it came from that series."""
    return any(all(alert.get(name) == value for name, value in line_labels.items()) for alert in alerts)
