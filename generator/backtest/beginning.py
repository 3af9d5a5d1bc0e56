"""Where a server's history begins, and where that of each metric does: before it, silence is no news.

A server that was started yesterday has no data of last week, which is no outage of last week. So the first sample of
every metric that the alerts read is looked for: in one query for all of them, in coarse windows over the whole span,
and then at the rules' own pace in those windows alone in which one begins.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from generator.backtest.history import History
from generator.backtest.question import Reading
from generator.domain.selector import quoted

UP: Final = "up"
_NAME: Final = "metric"
_HOUR: Final = 3_600_000
_WINDOWS: Final = 200


@dataclass(frozen=True, slots=True)
class Beginnings:
    """When what was first seen.

    Attributes:
        seen: per metric and job the first sample in Unix milliseconds, to the step; before the span, any such moment.
    """

    seen: Mapping[Reading, int] = field(default_factory=dict)

    @property
    def first(self) -> int | None:
        """The first sample of anything, None when there is none."""
        return min(self.seen.values(), default=None)

    def of(self, reading: Reading) -> int | None:
        """The first sample of these series, None when there is none."""
        found = (at for each, at in self.seen.items() if each.name == reading.name and reading.job in {"", each.job})
        return min(found, default=None)


def beginnings(history: History, names: Collection[str], start: int, end: int, step: int) -> Beginnings:
    """The first samples of metrics, and of every job that is scraped.

    Args:
        history: that is asked.
        names: of the metrics.
        start: the first moment that matters, in milliseconds, a multiple of the step.
        end: the last one.
        step: between two moments, in milliseconds.

    Raises:
        Refused: when the server does not answer this.
        Stopped: when it would answer nothing else either.
    """
    window = max(_HOUR, -(-(end - start) // _WINDOWS // step) * step) // step * step
    opens = end - -(-(end - start) // window) * window
    coarse = _firsts(history, _within(window, {UP, *names}), opens, end, window)
    near = defaultdict(set)
    for reading, at in coarse.items():
        near[at].add(reading.name)
    exact = {
        at: _firsts(history, _series(some), max(at - window, start), at, step)
        for at, some in near.items()
        if at > start  # whatever was there before the span needs no more precision
    }
    return Beginnings({reading: exact.get(at, {}).get(reading, at) for reading, at in coarse.items()})


def _firsts(history: History, series: str, start: int, end: int, step: int) -> dict[Reading, int]:
    expression = f'label_replace(count by (__name__, job) ({series}), "{_NAME}", "$1", "__name__", "(.*)")'
    found: dict[Reading, int] = {}
    for piece in history.pieces(expression, start, end, step):
        for labels, moments in piece.results.items():
            known = dict(labels)
            found.setdefault(Reading(known.get(_NAME, ""), known.get("job", "")), min(moments))
    return found


def _within(window: int, names: Collection[str]) -> str:
    """Those with a sample in the window; of all functions over windows, `last_over_time` alone keeps the names."""
    return f"last_over_time({_series(names)}[{window // 1000}s])"


def _series(names: Collection[str]) -> str:
    return f"{{__name__=~{quoted('|'.join(sorted(names)))}}}"
