"""Two specs over the same history: what a change would have made louder or quieter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.backtest.running import Verdict


@dataclass(frozen=True, slots=True)
class Compared:
    """One alert before and after a change.

    Attributes:
        alert: its name.
        before: None when the first spec has no such alert.
        after: None when the second has none.
    """

    alert: str
    before: Verdict | None
    after: Verdict | None

    @property
    def differs(self) -> bool:
        """Whether it would have fired at other times."""
        return _times(self.before) != _times(self.after)


def compared(before: Sequence[Verdict], after: Sequence[Verdict]) -> Iterator[Compared]:
    """Every alert of both, in the order of the second, then those that it lacks."""
    old = {verdict.question.alert: verdict for verdict in before}
    for verdict in after:
        yield Compared(verdict.question.alert, old.pop(verdict.question.alert, None), verdict)
    for name, verdict in old.items():
        yield Compared(name, verdict, None)


def _times(verdict: Verdict | None) -> list[tuple[object, float, float]] | None:
    if verdict is None:
        return None
    return [(labels, episode.start, episode.end) for labels, episode in verdict.episodes]
