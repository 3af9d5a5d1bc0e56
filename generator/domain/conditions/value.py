"""`value`: a gauge above or below a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Self

from generator.domain import promql
from generator.domain.conditions.base import BY, SELECTOR, Comparison, Fields, Level, Threshold, entry, grouped
from generator.domain.conditions.single import SingleSelector
from generator.domain.duration import Duration
from generator.domain.signal import Signal, Steady


@dataclass(frozen=True, slots=True)
class Value(SingleSelector):
    """The worst value of a gauge crosses the threshold: the largest when too much is bad, else the smallest."""

    KIND: ClassVar[str] = "value"
    SCHEMA: ClassVar[Mapping[str, object]] = entry(("of",), of=SELECTOR, by=BY)

    limit: Threshold

    @classmethod
    def read(cls, fields: Fields) -> Self:
        of = fields.gauge("of")
        return cls(of, fields.labels("by", of), fields.threshold(of.metric.unit, *Comparison))

    @property
    def threshold(self) -> Threshold:
        return self.limit

    @property
    def measured(self) -> str:
        return promql.aggregate("max" if self.limit.is_above else "min", self.by, str(self.of))

    @property
    def expression(self) -> str:
        return f"{self.measured} {self.limit}"

    @property
    def sentence(self) -> str:
        extreme = "largest" if self.limit.is_above else "smallest"
        return f"the {extreme} `{self.of}`{grouped(self.by)} is {self.limit.in_words()}"

    def stimulus(self, level: Level, step: Duration) -> tuple[Signal, ...]:
        if level is Level.ABSENT:
            return self.missing
        return self.played(Steady(self._resting() if level is Level.IDLE else self.limit.at(level)))

    def _resting(self) -> Fraction:
        if self.of.metric.healthy is not None:
            return self.of.metric.healthy
        return Fraction(0) if self.limit.is_above else self.limit.value * 2

    def scaled(self, divisor: int) -> Self:
        return self
