"""All live series of one metric, and the lines in which they are exposed.

Source of the format: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TypeAlias

from generator.domain.metric import Metric, MetricType
from generator.domain.quantity import decimal
from generator.domain.selector import quoted
from generator.domain.signal import Growing
from generator.drill.exporter.track import Played, Track

Key: TypeAlias = tuple[tuple[str, str], ...]
"""Labels, sorted."""

INFINITE = "+Inf"
_NOTHING = Growing(Fraction(0))


def key_of(labels: Mapping[str, str]) -> Key:
    """Labels in the one order in which they are compared; an empty value is no label."""
    return tuple(sorted((name, value) for name, value in labels.items() if value))


class Family(ABC):
    """One metric.

    Attributes:
        hidden: whether the process does not export it at all.
    """

    def __init__(self, metric: Metric) -> None:
        self.metric = metric
        self.hidden = False

    def lines(self, now: float) -> Iterator[str]:
        """The metric as it is scraped at a moment in Unix seconds; nothing while it is hidden."""
        if self.hidden:
            return
        yield f"# HELP {self.metric.name} {self.metric.help.replace(chr(10), ' ')}"
        yield f"# TYPE {self.metric.name} {self.metric.type}"
        yield from self._samples(now)

    @abstractmethod
    def tracks(self, name: str, labels: Mapping[str, str], now: float) -> list[Track]:
        """The tracks behind a series; made, healthy at nothing, when the series is new."""

    @abstractmethod
    def clear(self) -> None:
        """Forget every series: something real shows its own from now on."""

    @abstractmethod
    def all_tracks(self) -> Iterator[Track]:
        """Every track of the metric."""

    @abstractmethod
    def _samples(self, now: float) -> Iterator[str]: ...


class Plain(Family):
    """A counter or a gauge.

    Args:
        metric: the catalogue entry.
        healthy: what each of its series does while all is well.
        start: the value that growth begins from.
    """

    def __init__(self, metric: Metric, healthy: Mapping[Key, Played], now: float, start: float = 0.0) -> None:
        super().__init__(metric)
        self._start = start
        self._tracks = {key: Track(flow, now, start) for key, flow in healthy.items()}

    def tracks(self, name: str, labels: Mapping[str, str], now: float) -> list[Track]:
        return [self._tracks.setdefault(key_of(labels), Track(_NOTHING, now, self._start))]

    def clear(self) -> None:
        self._tracks.clear()

    def all_tracks(self) -> Iterator[Track]:
        return iter(self._tracks.values())

    def _samples(self, now: float) -> Iterator[str]:
        for key, track in self._tracks.items():
            value = track.value(now)
            if value is not None:
                yield line(self.metric.name, key, value)


class Histogram(Family):
    """Buckets; their sum and count are made of them, so that the three never disagree.

    Args:
        metric: the catalogue entry.
        healthy: per labels, what each of its buckets does while all is well; every observation is a small one.
    """

    def __init__(self, metric: Metric, healthy: Mapping[Key, Played], now: float) -> None:
        super().__init__(metric)
        self._bounds = [*(decimal(bound) for bound in metric.buckets), INFINITE]
        self._weights = [*map(float, metric.buckets), float(metric.buckets[-1]) if metric.buckets else 1.0]
        self._rows = {key: self._row(flow, now) for key, flow in healthy.items()}

    def _row(self, flow: Played, now: float) -> dict[str, Track]:
        return {bound: Track(flow, now) for bound in self._bounds}

    def tracks(self, name: str, labels: Mapping[str, str], now: float) -> list[Track]:
        """One bucket; all of them for `_count`: the observations that it counts are small ones."""
        key = key_of({label: value for label, value in labels.items() if label != "le"})
        row = self._rows.setdefault(key, self._row(_NOTHING, now))
        if name.endswith("_bucket"):
            return [row[labels["le"]]] if labels.get("le") in row else []
        return list(row.values()) if name.endswith("_count") else []

    def clear(self) -> None:
        self._rows.clear()

    def all_tracks(self) -> Iterator[Track]:
        return (track for row in self._rows.values() for track in row.values())

    def _samples(self, now: float) -> Iterator[str]:
        for key, row in self._rows.items():
            values = list(_ascending(track.value(now) for track in row.values()))
            if values:
                yield from self._row_lines(key, values)

    def _row_lines(self, key: Key, values: list[float]) -> Iterator[str]:
        name, before, total = self.metric.name, 0.0, 0.0
        for bound, weight, value in zip(self._bounds, self._weights, values, strict=False):
            yield line(f"{name}_bucket", (*key, ("le", bound)), value)
            total += (value - before) * weight
            before = value
        yield line(f"{name}_sum", key, total)
        yield line(f"{name}_count", key, before)


def family(metric: Metric, healthy: Mapping[Key, Played], now: float) -> Family:
    """The live form of a catalogue entry."""
    if metric.type is MetricType.HISTOGRAM:
        return Histogram(metric, healthy, now)
    start = float(metric.healthy or 0) if metric.type is MetricType.GAUGE else 0.0
    return Plain(metric, healthy, now, start)


def line(name: str, key: Key, value: float) -> str:
    """One sample."""
    labels = ",".join(f"{label}={quoted(text)}" for label, text in key)
    return f"{name}{{{labels}}} {value!r}" if labels else f"{name} {value!r}"


def _ascending(values: Iterator[float | None]) -> Iterator[float]:
    """Buckets are cumulative: none is smaller than the one before it."""
    most = 0.0
    for value in values:
        if value is None:
            return
        most = max(most, value)
        yield most
