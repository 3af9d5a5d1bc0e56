"""`stalled`: work comes in and none comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar, Self

from generator.domain import promql
from generator.domain.conditions.base import DURATION, SELECTOR, Condition, Fields, Level, entry
from generator.domain.duration import Duration
from generator.domain.metric import MetricType
from generator.domain.quantity import Unit
from generator.domain.selector import Selector
from generator.domain.signal import Flow, Growing, Missing, Series, Signal


@dataclass(frozen=True, slots=True)
class Stalled(Condition):
    """The input advances and the output does not, or is not even there.

    Either side may be a counter or a gauge that holds a position, such as a stream's last sequence number. A
    position is read as its highest less its lowest value of the window over all series, so neither a new leader
    nor a restart looks like movement backwards.
    """

    KIND: ClassVar[str] = "stalled"
    SCHEMA: ClassVar[Mapping[str, object]] = entry(
        ("input", "output", "over"), input=SELECTOR, output=SELECTOR, over=DURATION
    )

    input: Selector
    output: Selector
    over: Duration

    @classmethod
    def read(cls, fields: Fields) -> Self:
        source, sink = fields.series("input"), fields.series("output")
        if source.metric.name and str(source) == str(sink):
            fields.problem("output", f"{sink} is the input too", "name the series that advances when work is done")
        return cls(source, sink, fields.window("over"))

    @property
    def unit(self) -> Unit:
        return self.input.metric.unit

    @property
    def selectors(self) -> tuple[Selector, ...]:
        return (self.input, self.output)

    @property
    def window(self) -> Duration:
        return self.over

    @property
    def measured(self) -> str:
        return self._advance(self.input)

    @property
    def expression(self) -> str:
        return f"{self._advance(self.input)} > 0 unless on () {self._advance(self.output)} > 0"

    def _advance(self, selector: Selector) -> str:
        if selector.metric.type is MetricType.GAUGE:
            return f"max(max_over_time({selector}[{self.over}])) - min(min_over_time({selector}[{self.over}]))"
        return promql.events(selector, self.over)

    @property
    def sentence(self) -> str:
        return f"`{self.input}` advanced within {self.over.in_words()} while `{self.output}` did not"

    def stimulus(self, level: Level, step: Duration) -> tuple[Signal, ...]:
        """One event per step on each side that moves; on the boundary, one on both."""
        source = Series(self.input.name, self.input.example())
        sink = Series(self.output.name, self.output.example())
        moving = Growing(1 / step.seconds)
        still = Growing(Fraction(0))
        flows: dict[Level, tuple[Flow, Flow]] = {
            Level.BREACHED: (moving, still),
            Level.AT_THRESHOLD: (moving, Growing(1 / self.over.seconds)),
            Level.WITHIN: (moving, moving),
            Level.IDLE: (still, still),
            Level.ABSENT: (Missing(), Missing()),
        }
        coming, leaving = flows[level]
        return (Signal(source, coming), Signal(sink, leaving))

    def scaled(self, divisor: int) -> Self:
        return replace(self, over=self.over // divisor)
