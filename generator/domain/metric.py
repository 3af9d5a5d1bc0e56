"""The metric catalogue: what may be measured, with which labels and which values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from generator.domain.quantity import Unit

TARGET_LABELS = ("job", "instance")
"""Labels that Prometheus adds to every scraped series; they need no entry in the catalogue."""


class MetricType(StrEnum):
    """The exposition types that the catalogue knows."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Label:
    """One label key of a metric.

    Attributes:
        name: the key.
        values: every allowed value, or empty when the set is open.
        budget: for an open set, how many values may live at once; 0 otherwise.
    """

    name: str
    values: tuple[str, ...] = ()
    budget: int = 0

    @property
    def is_open(self) -> bool:
        """Whether any value is allowed."""
        return not self.values

    @property
    def size(self) -> int:
        """How many values it can take at once."""
        return len(self.values) or self.budget

    @property
    def example(self) -> str:
        """A value it may take."""
        return self.values[0] if self.values else f"example-{self.name.replace('_', '-')}"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of the catalogue.

    Attributes:
        name: as exposed; for a histogram the base name without `_bucket`.
        type: its exposition type.
        unit: what one of it is.
        help: one sentence, equal to the HELP line of our own agent.
        labels: its label keys, target labels left out.
        buckets: upper bounds of a histogram in `unit`, ascending, without +Inf.
        states: names of the values of a gauge that encodes a state.
        job: the scrape job that serves it.
        healthy: what a healthy system shows (gauge: value; counter: per second; timestamp: age in seconds).
    """

    name: str
    type: MetricType
    unit: Unit
    help: str
    labels: tuple[Label, ...] = ()
    buckets: tuple[Fraction, ...] = ()
    states: Mapping[str, Fraction] = field(default_factory=dict)
    job: str = ""
    healthy: Fraction | None = None

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def is_timestamp(self) -> bool:
        """Whether the gauge holds Unix seconds."""
        return self.unit.name == "timestamp"

    def label(self, name: str) -> Label | None:
        """The label of that name, or None; target labels are open sets."""
        if name in TARGET_LABELS:
            return Label(name, budget=1)
        return next((label for label in self.labels if label.name == name), None)

    @property
    def cardinality(self) -> int:
        """How many series one target can expose, at most."""
        combinations = 1
        for label in self.labels:
            combinations *= max(label.size, 1)
        return combinations * (len(self.buckets) + 3 if self.type is MetricType.HISTOGRAM else 1)
