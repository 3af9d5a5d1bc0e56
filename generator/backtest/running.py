"""A backtest: every question asked, every answer judged, never more in memory than one piece of one answer."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from generator.backtest.beginning import Beginnings, beginnings
from generator.backtest.history import History, Labels, Piece
from generator.backtest.judging import Episode, Judge
from generator.backtest.question import Question
from generator.backtest.server import Refused, Stopped
from generator.backtest.verdict import Failed, Judged, NoData, Verdict


@dataclass(slots=True)
class Backtest:
    """A span of history and a server that has it.

    Attributes:
        history: the server's.
        start: in Unix seconds.
        end: in Unix seconds.
        begins: when what was first seen; None as long as that is not known, and then everything counts as there.
    """

    history: History
    start: float
    end: float
    begins: Beginnings | None = None
    _stopped: str = field(default="", init=False)

    def look(self, questions: Sequence[Question]) -> None:
        """Find out where the history of everything that they read begins.

        Raises:
            Refused: when the server does not answer this; it is not known then.
            Stopped: when it would answer nothing else either.
        """
        step = max((_step(question) for question in questions), default=0)
        if step:
            names = {reading.name for question in questions for reading in question.reads}
            self.begins = beginnings(self.history, names, *self._span(step), step)

    @property
    def since(self) -> float | None:
        """From when on anything can be judged, in Unix seconds; None when the history is empty."""
        if self.begins is None:
            return self.start
        return None if self.begins.first is None else max(self.start, self.begins.first / 1000)

    def verdict(self, question: Question) -> Verdict:
        """When that alert would have fired; a server that has gone is not asked again."""
        since = self._since(question)
        if since is None:
            return NoData(question)
        if self._stopped:
            return Failed(question, f"not asked: {self._stopped}")
        first, last = self._span(_step(question))
        try:
            found = sorted(self._judged(question, max(first, since), last), key=_by_start)
            return Judged(question, max(self.start, since / 1000), self.end, tuple(found))
        except Refused as refusal:
            return Failed(question, str(refusal))
        except Stopped as stop:
            self._stopped = str(stop)
            return Failed(question, str(stop))

    def _span(self, step: int) -> tuple[int, int]:
        """The first and the last evaluation, in milliseconds; rules are evaluated at multiples of their interval."""
        return -(-round(self.start * 1000) // step) * step, round(self.end * 1000) // step * step

    def _since(self, question: Question) -> int | None:
        """The first evaluation that means something, in milliseconds; None when there is none.

        One that minds absence needs everything that it reads to have been there once, others any of it.
        """
        if self.begins is None or not question.reads:
            return round(self.start * 1000)
        found = [self.begins.of(reading) for reading in question.reads]
        known = [at for at in found if at is not None]
        if not known or (question.minds_absence and len(known) < len(found)):
            return None
        step = _step(question)
        return -(-(max if question.minds_absence else min)(known) // step) * step

    def _judged(self, question: Question, first: int, last: int) -> Iterator[tuple[Labels, Episode]]:
        judges: dict[Labels, Judge] = defaultdict(lambda: Judge(question.wait, question.keep))
        for piece in self.history.pieces(question.expression, first, last, _step(question)):
            yield from _over(piece, judges)
        for labels, judge in judges.items():
            if rest := judge.rest(last / 1000):
                yield labels, rest


def _step(question: Question) -> int:
    return round(question.step * 1000)


def _by_start(found: tuple[Labels, Episode]) -> tuple[float, Labels]:
    return found[1].start, found[0]


def _over(piece: Piece, judges: dict[Labels, Judge]) -> Iterator[tuple[Labels, Episode]]:
    """Let every judge look at every moment of a piece; those with nothing in mind are forgotten afterwards."""
    for labels in [*judges, *(labels for labels in piece.results if labels not in judges)]:
        judge, there = judges[labels], piece.results.get(labels, frozenset())
        for at in piece.moments:
            if episode := judge.look(at / 1000, holds=at in there):
                yield labels, episode
        if judge.is_idle:
            del judges[labels]
