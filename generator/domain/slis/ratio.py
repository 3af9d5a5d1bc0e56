"""`ratio`: bad (or good) events among all."""

from dataclasses import dataclass
from typing import Self

from generator.domain import promql
from generator.domain.duration import Duration
from generator.domain.selector import Selector
from generator.domain.signal import Series
from generator.domain.slis.base import EventSli
from generator.domain.slis.traffic import Counter, Part


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

    @property
    def counters(self) -> tuple[Counter, ...]:
        part, rest = (Part.GOOD, Part.BAD) if self.counts_good else (Part.BAD, Part.GOOD)
        first = Counter(Series(self.part.name, self.part.example()), part, born_counting=True)
        if self.part.name != self.whole.name:
            return (first, Counter(Series(self.whole.name, self.whole.example()), Part.ALL))
        return (first, Counter(Series(self.whole.name, self.whole.example(outside=self.part)), rest))

    def scaled(self, divisor: int) -> Self:
        return self
