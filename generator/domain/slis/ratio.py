"""`ratio`: bad (or good) events among all."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from generator.domain import promql
from generator.domain.duration import Duration
from generator.domain.selector import Selector
from generator.domain.signal import Growing, Series, Signal
from generator.domain.slis.base import EventSli


@dataclass(frozen=True, slots=True)
class RatioSli(EventSli):
    """Counters of a part and of the whole.

    Attributes:
        part: the bad events, or the good ones.
        whole: all events.
        counts_good: whether `part` are the good ones.
    """

    part: Selector
    whole: Selector
    counts_good: bool

    def errors(self, window: Duration, total: str = "") -> str:
        part, whole = promql.increase(self.part, window), total or self.total(window)
        if self.counts_good:
            return f"clamp_min({whole} - ({part} or {whole} * 0), 0)"
        return f"{part} or {whole} * 0"

    def total(self, window: Duration) -> str:
        return promql.increase(self.whole, window)

    @property
    def sentence(self) -> str:
        if self.counts_good:
            return f"every `{self.whole}` that is no `{self.part}`"
        return f"every `{self.part}` among `{self.whole}`"

    @property
    def selectors(self) -> tuple[Selector, ...]:
        return (self.part, self.whole)

    @property
    def event(self) -> str:
        return self.whole.metric.unit.name if self.whole.suffix == "" else "events"

    def signals(self, bad: Fraction, total: Fraction) -> tuple[Signal, ...]:
        part = total - bad if self.counts_good else bad
        first = Signal(Series(self.part.name, self.part.example()), Growing(part))
        splits = self.part.name == self.whole.name
        rest = self.whole.example(outside=self.part) if splits else self.whole.example()
        second = Signal(Series(self.whole.name, rest), Growing(total - part if splits else total))
        return (first, second) if part else (second,)

    def scaled(self, divisor: int) -> Self:
        return self
