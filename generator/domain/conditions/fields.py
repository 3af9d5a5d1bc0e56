"""The entries of one `when`, as conditions ask for them: the port between them and the spec reader."""

from fractions import Fraction
from typing import Protocol

from generator.domain.conditions.threshold import Comparison, Threshold
from generator.domain.duration import Duration
from generator.domain.quantity import Unit
from generator.domain.selector import Selector
from generator.domain.signal import Scripted


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

    def expression(self, key: str) -> tuple[str, tuple[Selector, ...], tuple[str, ...]]:
        """A PromQL expression that has been checked, the selectors in it, and the label keys that its results have."""
        ...

    def threshold(self, unit: Unit, *sides: Comparison) -> Threshold:
        """The number under `above` or `below`, whichever of `sides` is there."""
        ...

    def problem(self, key: str, what: str, remedy: str) -> None:
        """Note that something else is wrong with an entry."""
        ...
