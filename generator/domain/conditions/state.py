"""`state`: a gauge that encodes a state stands at a bad value."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar, Self

from generator.domain import promql
from generator.domain.conditions.base import BY, DURATION, SELECTOR, Fields, Level, entry, grouped
from generator.domain.conditions.single import SingleSelector
from generator.domain.duration import Duration
from generator.domain.quantity import Unit, decimal
from generator.domain.signal import Signal, Steady


@dataclass(frozen=True, slots=True)
class State(SingleSelector):
    """Any series of a state metric is at the value.

    `within` keeps the condition through flashes of another state that are shorter than itself: a breaker that
    tries one request every five minutes and opens again has been open all the time.
    """

    KIND: ClassVar[str] = "state"
    SCHEMA: ClassVar[Mapping[str, object]] = entry(
        ("of", "is"),
        of=SELECTOR,
        by=BY,
        within=DURATION,
        **{"is": {"type": ["string", "number"], "description": "A name from the metric's `values`, or a number."}},
    )

    value: Fraction
    within: Duration

    @classmethod
    def read(cls, fields: Fields) -> Self:
        of = fields.gauge("of")
        value, within = fields.state("is", of), fields.duration("within")
        if Duration(0) < within < fields.scrape_interval * 2:
            what = f"{within} may hold no sample at all"
            fields.problem("within", what, f"write {fields.scrape_interval * 2} or more, which is two scrapes")
        states = of.metric.states.values()
        if within and states and value not in (min(states), max(states)):
            fields.problem(
                "within", f"{decimal(value)} lies between other states", "only an extreme state can be bridged"
            )
        return cls(of, fields.labels("by", of), value, within)

    @property
    def unit(self) -> Unit:
        return Unit("series")

    @property
    def window(self) -> Duration:
        return self.within

    @property
    def measured(self) -> str:
        return promql.aggregate("count", self.by, f"{self._watched} == {decimal(self.value)}")

    @property
    def is_measured_throughout(self) -> bool:
        return False

    @property
    def _watched(self) -> str:
        if not self.within:
            return str(self.of)
        return f"{'min' if self.value < self._other else 'max'}_over_time({self.of}[{self.within}])"

    @property
    def expression(self) -> str:
        return f"{self.measured} > 0"

    @property
    def value_template(self) -> str:
        return 'in {{ $value | printf "%.0f" }} series'

    @property
    def sentence(self) -> str:
        name = next((f" ({name})" for name, value in self.of.metric.states.items() if value == self.value), "")
        return f"`{self.of}`{grouped(self.by)} is {decimal(self.value)}{name}"

    def stimulus(self, level: Level, step: Duration) -> tuple[Signal, ...]:
        if level is Level.ABSENT:
            return self.missing
        return self.played(Steady(self.value if level is Level.BREACHED else self._other))

    @property
    def _other(self) -> Fraction:
        """The nearest state that is not the bad one; without names, states are taken to be 0 and 1."""
        others = [value for value in self.of.metric.states.values() if value != self.value]
        if not others:
            return Fraction(0 if self.value else 1)
        return min(others, key=lambda value: abs(value - self.value))

    def scaled(self, divisor: int) -> Self:
        return replace(self, within=self.within // divisor)
