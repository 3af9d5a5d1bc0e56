"""How far the quality of an agent's work has drifted, from what was scored lately."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Signal(StrEnum):
    """Where a score comes from."""

    FEEDBACK = "feedback"
    EVALUATION = "evaluation"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Score:
    """One judgement of a role's work.

    Attributes:
        role_scope: the role, or `all`.
        value: 0 bad to 1 good. For feedback and evaluations, 0 or 1.
    """

    organization: str
    role_scope: str
    signal: Signal
    value: float
    at: datetime


ENOUGH: Final = 5
"""Fewer scores of a signal than this say nothing."""

LOW_QUALITY: Final = 0.5
_TOLERATED: Final = {Signal.FEEDBACK: 0.2, Signal.EVALUATION: 0.25, Signal.RUN: 0.3}
"""The share of bad scores at which a signal alone means full drift."""


def drift(scores: Iterable[Score]) -> float | None:
    """0 none to 1 worst; None until one signal has enough scores.

    The worst of: rejected feedback, failed evaluations, poor runs, and how far the runs' average is from perfect.
    """
    by_signal: dict[Signal, list[float]] = {signal: [] for signal in Signal}
    for score in scores:
        by_signal[score.signal].append(score.value)
    found = [_badness(signal, values) for signal, values in by_signal.items() if len(values) >= ENOUGH]
    runs = by_signal[Signal.RUN]
    if len(runs) >= ENOUGH:
        found.append(1 - sum(runs) / len(runs))
    return min(max(*found, 0.0), 1.0) if found else None


def _badness(signal: Signal, values: list[float]) -> float:
    return sum(value < LOW_QUALITY for value in values) / len(values) / _TOLERATED[signal]
