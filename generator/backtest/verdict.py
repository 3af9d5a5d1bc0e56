"""What is known of an alert afterwards: when it would have fired, that there was nothing to judge by, or neither."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from generator.backtest.history import Labels
from generator.backtest.judging import Episode
from generator.backtest.question import Question


@dataclass(frozen=True, slots=True)
class Judged:
    """When an alert would have fired.

    Attributes:
        question: the alert.
        since: from when on it was judged, in Unix seconds.
        until: up to when.
        episodes: every time, with the labels of the alert that fired, in order of their starts.
    """

    question: Question
    since: float
    until: float
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
class NoData:
    """The history has no sample of what the alert reads, so nothing can be said.

    Attributes:
        question: the alert.
    """

    question: Question


@dataclass(frozen=True, slots=True)
class Failed:
    """The server did not answer.

    Attributes:
        question: the alert.
        why: what the server said.
    """

    question: Question
    why: str


Verdict: TypeAlias = Judged | NoData | Failed
