"""One live series: what it does now, what it did before, and its value at any moment."""

import math
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from generator.domain.duration import Duration
from generator.domain.signal import Aging, Bursting, Flow, Growing, Missing, Steady


@dataclass(frozen=True, slots=True)
class Looping:
    """Values one after the other, one every `step`, from the start again at the end; None is no sample."""

    values: tuple[float | None, ...]
    step: Duration


Played: TypeAlias = Flow | Looping


class Track:
    """A series that is there all the time or now and then.

    Args:
        healthy: what it does while nothing is breached.
        now: the moment from which it does so, in Unix seconds.
        start: the value that growth begins from.
    """

    def __init__(self, healthy: Played, now: float, start: float = 0.0) -> None:
        self._healthy = healthy
        self._flow: Played = healthy
        self._since = now
        self._origin = start
        self._base = start

    def value(self, now: float) -> float | None:
        """Its value; None while it is not there."""
        return value_at(self._flow, self._base, now - self._since, now)

    def play(self, flow: Played, now: float) -> None:
        """Do that from now on. What grew goes on growing from where it was, as a counter does."""
        self._base = self._grown(now)
        self._flow, self._since = flow, now

    def heal(self, now: float) -> None:
        """Do what is healthy again."""
        self.play(self._healthy, now)

    def restart(self, now: float) -> None:
        """Begin where it began, as the counters of a process that has been started anew."""
        self._base, self._since = self._origin, now

    def _grown(self, now: float) -> float:
        if isinstance(self._flow, Growing | Bursting):
            return self.value(now) or 0.0
        return self._base


def value_at(flow: Played, base: float, elapsed: float, now: float) -> float | None:
    """What a flow shows that has been played for `elapsed` seconds, from `base`.

    Args:
        flow: what the series does.
        base: where it began, for flows that grow.
        elapsed: seconds since it began, not negative.
        now: the moment itself in Unix seconds, for flows that hold moments.
    """
    match flow:
        case Steady(value=value):
            return float(value)
        case Growing(per_second=speed):
            return base + math.floor(float(speed) * elapsed)
        case Bursting(events=events, every=every):
            return base + events * (1 + math.floor(elapsed / float(every.seconds)))
        case Aging(seconds=age):
            return now - float(age)
        case Missing():
            return None
        case Looping(values=values, step=step):
            return values[int(elapsed / float(step.seconds)) % len(values)]
        case _:
            assert_never(flow)
