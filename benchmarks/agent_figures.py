"""Latencies as people quote them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from benchmarks.report import shown


@dataclass(frozen=True, slots=True)
class Latency:
    """Median, 99th percentile (nearest rank) and worst, in milliseconds."""

    p50: float
    p99: float
    worst: float

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Self:
        """Of at least one duration."""
        ordered = sorted(1000 * each for each in seconds)
        return cls(*(ordered[math.ceil(share * len(ordered)) - 1] for share in (0.5, 0.99, 1.0)))

    def cells(self) -> tuple[str, str, str]:
        """For a table."""
        return shown(self.p50), shown(self.p99), shown(self.worst)
