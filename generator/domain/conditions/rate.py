"""`rate`: events per second over a window."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar, Self

from generator.domain import promql
from generator.domain.conditions.base import (
    BY,
    DURATION,
    SELECTOR,
    Comparison,
    Fields,
    Level,
    Threshold,
    entry,
    grouped,
)
from generator.domain.conditions.single import WindowedSelector
from generator.domain.duration import Duration
from generator.domain.extrapolation import HAIR, exact_rate
from generator.domain.quantity import Unit
from generator.domain.signal import Growing, Signal


@dataclass(frozen=True, slots=True)
class Rate(WindowedSelector):
    """Events per second, summed before they are compared, cross the threshold."""

    KIND: ClassVar[str] = "rate"
    SCHEMA: ClassVar[Mapping[str, object]] = entry(("of", "over"), of=SELECTOR, over=DURATION, by=BY)

    limit: Threshold

    @classmethod
    def read(cls, fields: Fields) -> Self:
        of = fields.counter("of")
        limit = fields.threshold(of.metric.unit.rate(), *Comparison)
        return cls(of, fields.labels("by", of), fields.window("over"), limit)

    @property
    def unit(self) -> Unit:
        return self.of.metric.unit.rate()

    @property
    def threshold(self) -> Threshold:
        return self.limit

    @property
    def worsens_with_volume(self) -> bool:
        return self.limit.is_above

    @property
    def measured(self) -> str:
        return promql.rate(self.of, self.over, self.by)

    @property
    def expression(self) -> str:
        return f"{self.measured} {self.limit}"

    @property
    def sentence(self) -> str:
        window = self.over.in_words()
        return f"the rate of `{self.of}`{grouped(self.by)} over {window} is {self.limit.in_words()}"

    def stimulus(self, level: Level, step: Duration) -> tuple[Signal, ...]:
        if level is Level.ABSENT:
            return self.missing
        idle = Fraction(0) if self.limit.is_above else self.limit.value * 2
        return self.played(Growing(idle if level is Level.IDLE else self._at(level, step)))

    def _at(self, level: Level, step: Duration) -> Fraction:
        """A rate at that level; on the threshold, a billionth inside it where floats would not come out on it."""
        found = self.limit.at(level)
        if level is not Level.AT_THRESHOLD or exact_rate(found, step, self.over):
            return found
        return found * (1 - HAIR if self.limit.is_above else 1 + HAIR)

    def scaled(self, divisor: int) -> Self:
        return replace(self, over=self.over // divisor)
