"""Test traffic: events of which a share is bad, and the counters that such events drive."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from fractions import Fraction
from typing import assert_never

from generator.domain.signal import Growing, Series, Signal


class Part(Enum):
    """Which of the events a counter counts."""

    BAD = auto()
    GOOD = auto()
    ALL = auto()


@dataclass(frozen=True, slots=True)
class Traffic:
    """What counters of bad, good and all events do."""

    bad: Growing
    good: Growing
    all: Growing

    def flow(self, part: Part) -> Growing:
        """What a counter of that part does."""
        match part:
            case Part.BAD:
                return self.bad
            case Part.GOOD:
                return self.good
            case Part.ALL:
                return self.all
            case _:
                assert_never(part)


def traffic(bad: Fraction, total: Fraction) -> Traffic:
    """So many bad events among so many, per second."""
    return Traffic(Growing(bad), Growing(total - bad), Growing(total))


@dataclass(frozen=True, slots=True)
class Counter:
    """A series that counts events of the traffic.

    Attributes:
        born_counting: whether it is there only if it counts something: a process that has not failed yet has no series
            of failures.
    """

    series: Series
    part: Part
    born_counting: bool = False


def counted(counters: Iterable[Counter], events: Traffic) -> tuple[Signal, ...]:
    """What the counters show of the traffic."""
    flows = ((counter, events.flow(counter.part)) for counter in counters)
    return tuple(
        Signal(counter.series, flow) for counter, flow in flows if not counter.born_counting or flow.per_second
    )
