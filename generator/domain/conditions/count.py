"""`count`: more events in a window than are allowed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
from generator.domain.signal import Bursting, Signal


@dataclass(frozen=True, slots=True)
class Count(WindowedSelector):
    """More events in the window than the threshold, counted exactly, the first of a new series included."""

    KIND: ClassVar[str] = "count"
    SCHEMA: ClassVar[Mapping[str, object]] = entry(("of", "over"), of=SELECTOR, over=DURATION, by=BY)

    limit: Threshold

    @classmethod
    def read(cls, fields: Fields) -> Self:
        of = fields.counter("of")
        limit = fields.threshold(of.metric.unit, Comparison.ABOVE)
        if limit.value.denominator != 1:
            fields.problem("above", f"{limit.value} is no whole number of events", "count whole events, such as 3")
        return cls(of, fields.labels("by", of), fields.window("over"), limit)

    @property
    def threshold(self) -> Threshold:
        return self.limit

    @property
    def is_sudden(self) -> bool:
        return True

    @property
    def measured(self) -> str:
        return promql.events(self.of, self.over, self.by)

    @property
    def expression(self) -> str:
        return f"{self.measured} {self.limit}"

    @property
    def sentence(self) -> str:
        return f"the number of `{self.of}`{grouped(self.by)} within {self.over.in_words()} is {self.limit.in_words()}"

    def stimulus(self, level: Level, step: Duration) -> tuple[Signal, ...]:
        if level is Level.ABSENT:
            return self.missing
        allowed = int(self.limit.value)
        counts = {Level.BREACHED: allowed + 1, Level.AT_THRESHOLD: allowed, Level.IDLE: 0}
        return self.played(Bursting(counts.get(level, max(allowed - 1, 0)), self.over.round_up(step)))

    def scaled(self, divisor: int) -> Self:
        return replace(self, over=self.over // divisor)
