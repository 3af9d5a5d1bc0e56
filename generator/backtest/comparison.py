"""Two specs over the same history: what a change would have made louder or quieter."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from generator.backtest.question import Question
from generator.backtest.verdict import Failed, Judged, Verdict


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
    def differs(self) -> bool | None:
        """Whether it would have fired at other times; None when the server did not answer for one of them.

        An alert that only one of them has differs when it would have fired at all.
        """
        if isinstance(self.before, Failed) or isinstance(self.after, Failed):
            return None
        return _times(self.before) != _times(self.after)


def compared(
    before: Sequence[Question], after: Sequence[Question], judge: Callable[[Question], Verdict]
) -> Iterator[Compared]:
    """Every alert of both, in the order of the second, then those that it lacks; what is the same is judged once."""
    old = {question.alert: question for question in before}
    for question in after:
        former = old.pop(question.alert, None)
        verdict = judge(question)
        same = former == question
        yield Compared(question.alert, verdict if same else None if former is None else judge(former), verdict)
    for name, question in old.items():
        yield Compared(name, judge(question), None)


def _times(verdict: Verdict | None) -> list[tuple[object, float, float]]:
    if not isinstance(verdict, Judged):
        return []
    return [(labels, episode.start, episode.end) for labels, episode in verdict.episodes]
