"""`ratio`: the share of bad (or good) events in a window."""

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
    Condition,
    Fields,
    Level,
    Threshold,
    entry,
    grouped,
)
from generator.domain.duration import Duration
from generator.domain.extrapolation import HAIR, exact_share
from generator.domain.quantity import Unit
from generator.domain.selector import Selector
from generator.domain.signal import Flow, Growing, Missing, Series, Signal

RATIO = Unit("ratio")
MIN_EVENTS: Mapping[str, object] = {
    "type": "integer",
    "minimum": 1,
    "description": "Silent while fewer events than this happened in the window.",
}


@dataclass(frozen=True, slots=True)
class Ratio(Condition):
    """A share of events crosses the threshold.

    Both sides are sums of events over the same window, so every event weighs the same. Without traffic there is
    no result; while the series of the part is missing, it counts as zero.
    """

    KIND: ClassVar[str] = "ratio"
    SCHEMA: ClassVar[Mapping[str, object]] = entry(
        ("total", "over"),
        bad=SELECTOR,
        good=SELECTOR,
        total=SELECTOR,
        over=DURATION,
        by=BY,
        min_events=MIN_EVENTS,
    )

    part: Selector
    total: Selector
    over: Duration
    by: tuple[str, ...]
    limit: Threshold
    min_events: int

    @classmethod
    def read(cls, fields: Fields) -> Self:
        if fields.has("bad") == fields.has("good"):
            fields.problem("total", "a ratio counts either bad or good events", "write one of bad and good")
        key = "good" if fields.has("good") else "bad"
        part, total = fields.counter(key), fields.counter("total")
        if part.misses(total):
            fields.problem("total", part.misses(total), f"let total count every event, those of {key} among them")
        return cls(
            part,
            total,
            fields.window("over"),
            cls._labels(fields, part, total),
            fields.threshold(RATIO, *Comparison),
            fields.integer("min_events", 0),
        )

    @staticmethod
    def _labels(fields: Fields, part: Selector, total: Selector) -> tuple[str, ...]:
        """Labels that both sides have and that do not tell the part from the rest."""
        kept = fields.labels("by", total)
        if part.metric is not total.metric:
            fields.labels("by", part)
            return kept
        for label in sorted({matcher.label for matcher in part.matchers if matcher not in total.matchers} & {*kept}):
            fields.problem("by", f"{label!r} tells one side of the ratio from the other", "group by another label")
        return kept

    @property
    def unit(self) -> Unit:
        return RATIO

    @property
    def threshold(self) -> Threshold:
        return self.limit

    @property
    def selectors(self) -> tuple[Selector, ...]:
        return (self.part, self.total)

    @property
    def window(self) -> Duration:
        return self.over

    @property
    def labels(self) -> tuple[str, ...]:
        return self.by

    @property
    def worsens_with_volume(self) -> bool:
        return True  # a share stays what it is, and drowns what happened before

    @property
    def measured(self) -> str:
        return promql.ratio(promql.rate(self.part, self.over, self.by), promql.rate(self.total, self.over, self.by))

    @property
    def expression(self) -> str:
        judged = f"{self.measured} {self.limit}"
        if not self.min_events:
            return judged
        return f"{judged} and {promql.increase(self.total, self.over, self.by)} >= {self.min_events}"

    @property
    def sentence(self) -> str:
        return (
            f"the share of `{self.part}` in `{self.total}`{grouped(self.by)} over {self.over.in_words()} "
            f"is {self.limit.in_words()}"
        )

    def stimulus(self, level: Level, step: Duration) -> tuple[Signal, ...]:
        """Two counters: the part, and the rest of the total (or the total, when it is another metric)."""
        part, total = self._events(level, step)
        per_second = 1 / step.seconds
        flows: tuple[Flow, Flow]
        if self._splits:
            rest = Series(self.total.name, self.total.example(outside=self.part))
            flows = (Growing(part * per_second), Growing((total - part) * per_second))
        else:
            rest = Series(self.total.name, self.total.example())
            flows = (Growing(part * per_second), Growing(total * per_second))
        if level is Level.ABSENT:
            flows = (Missing(), Missing())
        first = Series(self.part.name, self.part.example())
        return (Signal(first, flows[0]), Signal(rest, flows[1]))

    @property
    def _splits(self) -> bool:
        """Whether the part is some of the total's own series."""
        return self.part.name == self.total.name

    def _events(self, level: Level, step: Duration) -> tuple[Fraction, Fraction]:
        """(events of the part, all events) per step."""
        if level in {Level.IDLE, Level.ABSENT}:
            return Fraction(0), Fraction(0)
        share = min(self.limit.at(level), Fraction(1))
        enough = max(-(-self.min_events // share.denominator), 1)
        if level is not Level.AT_THRESHOLD:
            return Fraction(share.numerator * enough), Fraction(share.denominator * enough)
        return self._on_threshold(share, enough, step)

    def _on_threshold(self, share: Fraction, enough: int, step: Duration) -> tuple[Fraction, Fraction]:
        """So that even floats find the share on the threshold; or a billionth inside, where they never do."""

        def fits(part: float, rest: float, whole: float) -> bool:
            return part / (part + rest if self._splits else whole) == float(share)

        inside = 1 - HAIR if self.limit.is_above else 1 + HAIR
        nearly = share.numerator * enough * inside, Fraction(share.denominator * enough)
        return exact_share(share, step, self.over, fits, enough) or nearly

    def scaled(self, divisor: int) -> Self:
        return replace(self, over=self.over // divisor)
