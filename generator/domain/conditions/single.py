"""The half that conditions over one selector share: what they read, which labels they keep, what they count."""

from dataclasses import dataclass

from generator.domain.conditions.base import Condition
from generator.domain.duration import Duration
from generator.domain.quantity import Unit
from generator.domain.selector import Selector
from generator.domain.signal import Flow, Missing, Series, Signal


@dataclass(frozen=True, slots=True)
class SingleSelector(Condition):
    """A condition that reads one selector and keeps the labels in `by`."""

    of: Selector
    by: tuple[str, ...]

    @property
    def unit(self) -> Unit:
        return self.of.metric.unit

    @property
    def selectors(self) -> tuple[Selector, ...]:
        return (self.of,)

    @property
    def labels(self) -> tuple[str, ...]:
        return self.by

    def played(self, flow: Flow) -> tuple[Signal, ...]:
        """The one series, doing that."""
        return (Signal(Series(self.of.name, self.of.example()), flow),)

    @property
    def missing(self) -> tuple[Signal, ...]:
        """The one series, not there."""
        return self.played(Missing())


@dataclass(frozen=True, slots=True)
class WindowedSelector(SingleSelector):
    """The same, over a window."""

    over: Duration

    @property
    def window(self) -> Duration:
        return self.over
