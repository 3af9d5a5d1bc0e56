"""A backtest: every question asked, every answer judged, never more in memory than one piece of one answer."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from generator.backtest.history import History, Labels, Piece
from generator.backtest.judging import Episode, Judge
from generator.backtest.question import Question


@dataclass(frozen=True, slots=True)
class Verdict:
    """When an alert would have fired.

    Attributes:
        question: the alert.
        episodes: every time, with the labels of the alert that fired, in order of their starts.
    """

    question: Question
    episodes: Sequence[tuple[Labels, Episode]]

    @property
    def times(self) -> int:
        """How often it would have fired."""
        return len(self.episodes)

    @property
    def seconds(self) -> float:
        """For how long in all; alerts that fire at the same time count each."""
        return sum(episode.seconds for _, episode in self.episodes)

    @property
    def longest(self) -> float:
        """For how long at most, in seconds."""
        return max((episode.seconds for _, episode in self.episodes), default=0.0)

    @property
    def last(self) -> float | None:
        """When it would have begun to fire for the last time."""
        return max((episode.start for _, episode in self.episodes), default=None)


@dataclass(frozen=True, slots=True)
class Backtest:
    """A span of history and a server that has it.

    Attributes:
        history: the server.
        start: in Unix seconds.
        end: in Unix seconds.
        progress: hears the alert's name, how many are done, and of how many.
    """

    history: History
    start: float
    end: float
    progress: Callable[[str, int, int], None]

    def verdicts(self, questions: Sequence[Question]) -> Iterator[Verdict]:
        """One per question, in order.

        Raises:
            TocsinError: when the server does not answer, or refuses.
        """
        for number, question in enumerate(questions):
            self.progress(question.alert, number, len(questions))
            found = sorted(self._judged(question), key=lambda each: (each[1].start, each[0]))
            yield Verdict(question, tuple(found))

    def _judged(self, question: Question) -> Iterator[tuple[Labels, Episode]]:
        step = round(question.step * 1000)
        first, last = -(-round(self.start * 1000) // step) * step, round(self.end * 1000) // step * step
        judges: dict[Labels, Judge] = defaultdict(lambda: Judge(question.wait, question.keep))
        for piece in self.history.pieces(question.expression, first, last, step):
            yield from _over(piece, judges)
        for labels, judge in judges.items():
            if rest := judge.rest(last / 1000):
                yield labels, rest


def _over(piece: Piece, judges: dict[Labels, Judge]) -> Iterator[tuple[Labels, Episode]]:
    """Let every judge look at every moment of a piece; those with nothing in mind are forgotten afterwards."""
    for labels in [*judges, *(labels for labels in piece.results if labels not in judges)]:
        judge, there = judges[labels], piece.results.get(labels, frozenset())
        for at in piece.moments:
            if episode := judge.look(at / 1000, holds=at in there):
                yield labels, episode
        if judge.is_idle:
            del judges[labels]
