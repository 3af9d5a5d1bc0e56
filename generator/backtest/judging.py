"""From the moments at which an expression had a result to the times when its alert would have fired.

What Prometheus' own rule manager does, as a pure function over samples: an alert is pending from the first result,
fires once it has been there for `for`, and goes on for `keep_firing_for` after the last.
Source: https://github.com/prometheus/prometheus/blob/main/rules/alerting.go (`AlertingRule.Eval`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Episode:
    """One time that an alert would have fired.

    Attributes:
        start: when it would have begun to fire, in Unix seconds.
        end: when it would have ended; the end of the history, when it was still going on then.
        goes_on: whether it was.
    """

    start: float
    end: float
    goes_on: bool = False

    @property
    def seconds(self) -> float:
        """How long it would have fired."""
        return self.end - self.start


@dataclass(slots=True)
class Judge:
    """One series of one alert, evaluated step by step; it keeps three moments and nothing else.

    Attributes:
        wait: `for`, in seconds.
        keep: `keep_firing_for`, in seconds.
    """

    wait: float
    keep: float
    _active: float | None = None
    _fired: float | None = None
    _gone: float | None = None

    def look(self, at: float, *, holds: bool) -> Episode | None:
        """One evaluation; gives an episode when one has just ended.

        Args:
            at: the moment, later than the one before, in Unix seconds.
            holds: whether the expression had a result.
        """
        if holds:
            self._gone = None
            self._active = at if self._active is None else self._active
            if self._fired is None and at - self._active >= self.wait:
                self._fired = at
            return None
        if self._active is None:
            return None
        if self._fired is not None and self.keep:
            self._gone = at if self._gone is None else self._gone
            if at - self._gone < self.keep:
                return None
        return self._ended(at)

    def rest(self, at: float) -> Episode | None:
        """The episode that is still going on at the end of the history."""
        return None if self._fired is None else Episode(self._fired, at, goes_on=True)

    @property
    def is_idle(self) -> bool:
        """Whether it would be the same if it had never looked."""
        return self._active is None

    def _ended(self, at: float) -> Episode | None:
        found = None if self._fired is None else Episode(self._fired, at)
        self._active = self._fired = self._gone = None
        return found


def episodes(looks: Iterable[tuple[float, bool]], wait: float, keep: float) -> Iterator[Episode]:
    """All episodes of one series, from its evaluations in order."""
    judge, last = Judge(wait, keep), 0.0
    for at, holds in looks:
        last = at
        if found := judge.look(at, holds=holds):
            yield found
    if found := judge.rest(last):
        yield found
