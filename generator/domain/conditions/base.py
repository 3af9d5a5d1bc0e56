"""What every kind of condition answers: its PromQL, its panel, the series on its boundary, its sentence."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar, Protocol, Self

from generator.domain.duration import Duration
from generator.domain.quantity import Unit, decimal
from generator.domain.selector import Selector
from generator.domain.signal import Scripted, Signal


class Comparison(StrEnum):
    """On which side of the threshold the trouble lies."""

    ABOVE = "above"
    BELOW = "below"

    @property
    def operator(self) -> str:
        """The PromQL operator; always strict, so the threshold itself is fine."""
        return ">" if self is Comparison.ABOVE else "<"


class Level(StrEnum):
    """Where the measured value lies, for a test or a rehearsal."""

    BREACHED = "breached"
    AT_THRESHOLD = "at the threshold"
    WITHIN = "within"
    IDLE = "idle"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number, the side on which trouble lies, and the unit that both sides share."""

    comparison: Comparison
    value: Fraction
    unit: Unit

    @property
    def is_above(self) -> bool:
        """Whether too much is the trouble."""
        return self.comparison is Comparison.ABOVE

    @property
    def is_out_of_reach(self) -> bool:
        """Whether no value can ever lie beyond it, because of what the unit is."""
        if self.unit.is_share and self.is_above:
            return self.value >= 1
        return not self.is_above and self.value <= 0 and not self.unit.is_signed

    def __str__(self) -> str:
        """The end of the PromQL expression: `> 0.02`."""
        return f"{self.comparison.operator} {decimal(self.value)}"

    def in_words(self) -> str:
        """`above 2 %`."""
        return f"{self.comparison} {self.unit.show(self.value)}"

    def at(self, level: Level) -> Fraction:
        """A value at that level, 5 % off the threshold where it is not on it; within zero, nothing is left but zero."""
        off = abs(self.value) / 20 or Fraction(1)
        beyond, inside = (off, -off) if self.is_above else (-off, off)
        within = self.value + inside if self.value else max(inside, Fraction(0))
        return {Level.BREACHED: self.value + beyond, Level.AT_THRESHOLD: self.value}.get(level, within)


class Fields(Protocol):
    """The entries of one `when`, as the spec reader offers them.

    No method raises: whatever is wrong is noted with its place, and a harmless stand-in is returned, so that all
    problems come to light in one run. A spec with problems is never rendered.
    """

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        ...

    def counter(self, key: str) -> Selector:
        """A selector of series that only grow; anything else is a problem."""
        ...

    def gauge(self, key: str) -> Selector:
        """A selector of series that go up and down; anything else is a problem."""
        ...

    def series(self, key: str) -> Selector:
        """A selector of any type."""
        ...

    def histogram(self, key: str) -> Selector:
        """A selector of a histogram by its base name; anything else is a problem."""
        ...

    def duration(self, key: str, default: Duration = Duration(0)) -> Duration:
        """A duration, `default` when the key is missing."""
        ...

    def window(self, key: str) -> Duration:
        """How far back samples are compared with one another; too short for the scrape interval is a problem."""
        ...

    @property
    def scrape_interval(self) -> Duration:
        """How often there is a new sample."""
        ...

    def job(self, key: str) -> str:
        """A scrape job that the spec knows; anything else is a problem."""
        ...

    def labels(self, key: str, selector: Selector) -> tuple[str, ...]:
        """Label keys that the selector's metric has and the alert's rule does not set."""
        ...

    def text(self, key: str) -> str:
        """A string, empty when the key is missing."""
        ...

    def integer(self, key: str, default: int) -> int:
        """A whole number."""
        ...

    def share(self, key: str, default: Fraction) -> Fraction:
        """A number strictly between 0 and 1, exact."""
        ...

    def state(self, key: str, selector: Selector) -> Fraction:
        """A value of a state metric, by name or number."""
        ...

    def scripts(self, key: str) -> tuple[Scripted, ...]:
        """Series with values in promtool's notation."""
        ...

    def expression(self, key: str) -> tuple[str, tuple[Selector, ...]]:
        """A PromQL expression that has been checked, and the selectors in it."""
        ...

    def threshold(self, unit: Unit, *sides: Comparison) -> Threshold:
        """The number under `above` or `below`, whichever of `sides` is there."""
        ...

    def problem(self, key: str, what: str, remedy: str) -> None:
        """Note that something else is wrong with an entry."""
        ...


@dataclass(frozen=True, slots=True)
class Condition(ABC):
    """What is wrong, said without PromQL."""

    KIND: ClassVar[str]
    """Its key under `when`."""

    SCHEMA: ClassVar[Mapping[str, object]]
    """JSON Schema of its entry."""

    @classmethod
    @abstractmethod
    def read(cls, fields: Fields) -> Self:
        """The condition that the fields of `when` describe."""

    @property
    @abstractmethod
    def unit(self) -> Unit:
        """What the measured value counts."""

    @property
    @abstractmethod
    def selectors(self) -> tuple[Selector, ...]:
        """Every selector that the expression reads."""

    @property
    @abstractmethod
    def measured(self) -> str:
        """PromQL of the value that a panel draws."""

    @property
    @abstractmethod
    def expression(self) -> str:
        """PromQL that has a result exactly while the condition holds."""

    @property
    @abstractmethod
    def sentence(self) -> str:
        """What is wrong, for a runbook, without a full stop."""

    @abstractmethod
    def stimulus(self, level: Level, step: Duration) -> tuple[Signal | Scripted, ...]:
        """Series that bring the measured value to a level, sampled every `step`."""

    @abstractmethod
    def scaled(self, divisor: int) -> Self:
        """The same condition with every duration divided."""

    @property
    def threshold(self) -> Threshold | None:
        """The number it compares with, where it has one."""
        return None

    @property
    def window(self) -> Duration:
        """How far back it looks."""
        return Duration(0)

    @property
    def labels(self) -> tuple[str, ...]:
        """Label keys that its result keeps."""
        return ()

    @property
    def is_measured_throughout(self) -> bool:
        """Whether `measured` has a value while all is well, so that good minutes can be told from missing ones."""
        return True

    @property
    def shares(self) -> tuple[Fraction, ...]:
        """Shares that a sentence about it may state, such as the 5 % beyond a p95."""
        if self.threshold is None or not self.threshold.unit.is_share:
            return ()
        return (self.threshold.value, 1 - self.threshold.value)

    @property
    def is_sudden(self) -> bool:
        """Whether it holds at once, so that waiting for a while first is a choice and no habit."""
        return False

    @property
    def worsens_with_volume(self) -> bool:
        """Whether more of the same events make a breach felt sooner, so that a rehearsal need not fill the window."""
        return False

    @property
    def value_template(self) -> str:
        """The Go template that shows the value in an annotation."""
        return self.unit.template()

    def holds(self, level: Level) -> bool:
        """Whether it is meant to hold at that level."""
        return level is Level.BREACHED

    def result_labels(self, step: Duration) -> dict[str, str]:
        """Labels of the result under `stimulus(BREACHED)`."""
        signals = self.stimulus(Level.BREACHED, step)
        known: dict[str, str] = {}
        for signal in signals:
            if isinstance(signal, Signal):
                known = dict(signal.series.labels) | known
        return {label: known[label] for label in self.labels if label in known}

    def siblings(self, step: Duration) -> tuple[dict[str, str], ...]:
        """Labels of further results, each unlike the first in one of the labels that are kept, where any may differ."""
        first = self.result_labels(step)
        others = {label: self._unlike(label, value) for label, value in first.items()}
        return tuple(first | {label: value} for label, value in others.items() if value)

    def _unlike(self, label: str, value: str) -> str:
        """Another value that every selector with that label accepts; empty when there is none."""
        choices = [selector.choices(label) for selector in self.selectors]
        return next((one for one in choices[0] if one != value and all(one in rest for rest in choices)), "")


SHORTEST = Duration(120_000)
"""The shortest window in which rendered tests, with a sample a minute, hold two samples even without its left edge."""

LONGEST = Duration(7 * 86_400_000)
"""The longest window: `count` and `any` look back over two of them, and Prometheus keeps 15 days unless told otherwise.

Source: https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects (`--storage.tsdb.retention.time`).
"""


def grouped(labels: tuple[str, ...]) -> str:
    """The end of a sentence: ` per project_id`."""
    return f" per {' and '.join(labels)}" if labels else ""


BY: Mapping[str, object] = {
    "type": "array",
    "items": {
        "type": "string",
        "pattern": "^[a-zA-Z_][a-zA-Z0-9_]*$",
        "x-write": "letters, digits and underscores, no digit first, such as status_class",
    },
    "uniqueItems": True,
    "description": "Label keys to keep; one alert per combination of their values.",
}
SELECTOR: Mapping[str, object] = {
    "type": "string",
    "minLength": 1,
    "description": 'Series of one metric of the catalogue, such as `name` or `name{label="value"}`.',
}
DURATION: Mapping[str, object] = {
    "type": "string",
    "description": "A duration such as 30s, 10m or 1h30m.",
    "x-write": "a duration such as 10m",
}


def entry(required: tuple[str, ...], **properties: Mapping[str, object]) -> Mapping[str, object]:
    """JSON Schema of one condition's fields."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": dict(properties),
    }
