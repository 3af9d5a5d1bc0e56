"""What every kind of condition answers: its PromQL, its panel, the series on its boundary, its sentence."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Self

from generator.domain.conditions.fields import Fields
from generator.domain.conditions.threshold import Comparison, Level, Threshold
from generator.domain.duration import Duration
from generator.domain.quantity import Unit
from generator.domain.selector import Selector
from generator.domain.signal import Scripted, Signal

__all__ = [
    "BY", "DURATION", "LONGEST", "SELECTOR", "SHORTEST",
    "Comparison", "Condition", "Fields", "Level", "Threshold",
    "entry", "grouped",
]  # fmt: skip


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
