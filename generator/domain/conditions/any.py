"""`any`: one event in a window is one too many."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Self

from generator.domain.conditions.base import BY, DURATION, SELECTOR, Comparison, Fields, Threshold, entry, grouped
from generator.domain.conditions.count import Count


@dataclass(frozen=True, slots=True)
class Any(Count):
    """At least one event in the window, even if it is the first that the series ever saw."""

    KIND: ClassVar[str] = "any"
    SCHEMA: ClassVar[Mapping[str, object]] = entry(("of", "over"), of=SELECTOR, over=DURATION, by=BY)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        of = fields.counter("of")
        none = Threshold(Comparison.ABOVE, Fraction(0), of.metric.unit)
        return cls(of, fields.labels("by", of), fields.window("over"), none)

    @property
    def sentence(self) -> str:
        return f"at least one `{self.of}`{grouped(self.by)} happened within {self.over.in_words()}"
