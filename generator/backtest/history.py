"""Range queries, in pieces that a server answers and that fit into memory.

Source: https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from generator.backtest.server import Refused, Server, TooMuch

MOST_POINTS = 11_000
"""The most points per series that Prometheus answers in one query."""

FEWEST_POINTS = 10
"""A long history in smaller pieces would never end; a short one may be asked for moment by moment."""

_FEW: Final = 2_000
_MOST_SLOW: Final = 4
"""How often one question may keep the server until it gives up; each time, a quarter is asked for the next time."""

Labels: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the history.

    Attributes:
        moments: every evaluation in it, in Unix milliseconds.
        results: per series the moments at which it had a result.
    """

    moments: range
    results: dict[Labels, frozenset[int]]


@dataclass(slots=True)
class History:
    """What a server remembers.

    Attributes:
        server: that is asked.
    """

    server: Server
    _longest: int | None = None

    def pieces(self, expression: str, start: int, end: int, step: int) -> Iterator[Piece]:
        """The whole span, piece by piece, in order.

        Args:
            expression: PromQL.
            start: the first moment, in milliseconds, a multiple of the step.
            end: the last one.
            step: between two moments, in milliseconds.

        Raises:
            Refused: when the server does not answer this, not even in small pieces.
            Stopped: when it would answer nothing else either.
        """
        at, points, slow = start, self._points(step), 0
        fewest = FEWEST_POINTS if (end - start) // step > _FEW else 1
        while at <= end:
            last = min(at + (points - 1) * step, end)
            try:
                yield self._piece(expression, at, last, step)
            except TooMuch as refusal:
                slow += refusal.is_slow
                points = self._fewer((last - at) // step + 1, step, refusal)
                if points < fewest or slow > _MOST_SLOW:
                    raise Refused(f"{refusal} (asked in small pieces as well)") from None
                continue
            at = last + step

    def _points(self, step: int) -> int:
        """As many as the server answers; a limit on the span is learnt once."""
        return MOST_POINTS if self._longest is None else max(min(MOST_POINTS, self._longest // step), 1)

    def _fewer(self, points: int, step: int, refusal: TooMuch) -> int:
        fewer = points // (4 if refusal.is_slow else 2)
        if refusal.is_long and fewer:
            self._longest = fewer * step
        return fewer

    def _piece(self, expression: str, start: int, end: int, step: int) -> Piece:
        form = {"query": expression, "start": start / 1000, "end": end / 1000, "step": step / 1000}
        results = {_labels(each): _moments(each) for each in self.server.ask("query_range", form)}
        return Piece(range(start, end + 1, step), results)


def _labels(series: dict[str, Any]) -> Labels:
    return tuple(sorted((name, value) for name, value in (series.get("metric") or {}).items() if name != "__name__"))


def _moments(series: dict[str, Any]) -> frozenset[int]:
    """When it had a result: numbers or native histograms."""
    values = [*(series.get("values") or ()), *(series.get("histograms") or ())]
    return frozenset(round(float(at) * 1000) for at, _ in values)
