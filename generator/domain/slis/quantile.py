"""`quantile`: observations above a bucket bound among all, which is what a quantile promises."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from generator.domain import promql
from generator.domain.duration import Duration
from generator.domain.quantity import decimal
from generator.domain.selector import Matcher, Matching, Selector
from generator.domain.signal import Series
from generator.domain.slis.base import EventSli
from generator.domain.slis.traffic import Counter, Part


@dataclass(frozen=True, slots=True)
class QuantileSli(EventSli):
    """A histogram and the bound up to which an observation is good."""

    of: Selector
    at_most: Fraction

    @property
    def _good(self) -> Selector:
        le = Matcher("le", Matching.REGEX, promql.exact_le(decimal(self.at_most)))
        return self.of.within("_bucket", le)

    def errors(self, window: Duration, total: str = "") -> str:
        good, whole = promql.increase(self._good, window), total or self.total(window)
        return f"clamp_min({whole} - ({good} or {whole} * 0), 0)"

    def total(self, window: Duration) -> str:
        return promql.increase(self.of.within("_count"), window)

    @property
    def sentence(self) -> str:
        return f"every `{self.of}` above {self.of.metric.unit.show(self.at_most)}"

    @property
    def selectors(self) -> tuple[Selector, ...]:
        return (self.of.within("_bucket"), self.of.within("_count"))

    @property
    def event(self) -> str:
        return "observations"

    @property
    def counters(self) -> tuple[Counter, ...]:
        labels, name = self.of.example(), self.of.metric.name
        return (
            Counter(Series(f"{name}_bucket", labels | {"le": decimal(self.at_most)}), Part.GOOD),
            Counter(Series(f"{name}_bucket", labels | {"le": "+Inf"}), Part.ALL),
            Counter(Series(f"{name}_count", labels), Part.ALL),
        )

    def scaled(self, divisor: int) -> Self:
        return self
