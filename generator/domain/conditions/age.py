"""`age`: seconds since a moment that a gauge holds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar, Self

from generator.domain import promql
from generator.domain.conditions.base import BY, SELECTOR, Comparison, Fields, Level, Threshold, entry, grouped
from generator.domain.conditions.single import SingleSelector
from generator.domain.duration import Duration
from generator.domain.quantity import Unit
from generator.domain.signal import Aging, Signal

SECONDS = Unit("seconds")


@dataclass(frozen=True, slots=True)
class Age(SingleSelector):
    """The moment that a gauge holds, in Unix seconds, lies too far back."""

    KIND: ClassVar[str] = "age"
    SCHEMA: ClassVar[Mapping[str, object]] = entry(("of",), of=SELECTOR, by=BY)

    limit: Threshold

    @classmethod
    def read(cls, fields: Fields) -> Self:
        of = fields.gauge("of")
        if not of.metric.is_timestamp and of.metric.name:
            fields.problem("of", f"{of.metric.name} counts {of.metric.unit}", "an age needs a gauge of unit timestamp")
        return cls(of, fields.labels("by", of), fields.threshold(SECONDS, Comparison.ABOVE))

    @property
    def unit(self) -> Unit:
        return SECONDS

    @property
    def threshold(self) -> Threshold:
        return self.limit

    @property
    def measured(self) -> str:
        return promql.aggregate("max", self.by, f"time() - {self.of}")

    @property
    def expression(self) -> str:
        return f"{self.measured} {self.limit}"

    @property
    def sentence(self) -> str:
        return f"the time since `{self.of}`{grouped(self.by)} is {self.limit.in_words()}"

    def stimulus(self, level: Level, step: Duration) -> tuple[Signal, ...]:
        if level is Level.ABSENT:
            return self.missing
        return self.played(Aging(Fraction(0) if level is Level.IDLE else self.limit.at(level)))

    def scaled(self, divisor: int) -> Self:
        return replace(self, limit=replace(self.limit, value=self.limit.value / divisor))
