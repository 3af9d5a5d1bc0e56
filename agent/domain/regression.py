"""Regression gates: what the scores of a role must be like before more is put on it.

A gate compares the scores of its newest window with a threshold, or with the window before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, assert_never

from agent.domain.quality import LOW_QUALITY, Score, Signal


class Measure(StrEnum):
    """What of the scores is looked at."""

    QUALITY_SCORE = "quality_score"
    EVAL_PASS_RATE = "eval_pass_rate"  # noqa: S105 - no password
    FEEDBACK_ACCEPTANCE_RATE = "feedback_acceptance_rate"
    FEEDBACK_REJECTION_RATE = "feedback_rejection_rate"


class Comparator(StrEnum):
    """How it is compared; the last two look at the change since the window before."""

    MIN_VALUE = "min_value"
    MAX_VALUE = "max_value"
    MAX_DROP = "max_drop"
    MIN_IMPROVEMENT = "min_improvement"

    @property
    def looks_back(self) -> bool:
        """Whether the window before has to say something as well."""
        return self in {Comparator.MAX_DROP, Comparator.MIN_IMPROVEMENT}


class GateSeverity(StrEnum):
    """Whether a gate that fails stops a promotion or only says so."""

    WARN = "warn"
    BLOCKER = "blocker"


class Verdict(StrEnum):
    """What a gate says; too few scores stop nothing."""

    PASS = "pass"  # noqa: S105 - no password
    WARN = "warn"
    BLOCK = "block"
    INSUFFICIENT_DATA = "insufficient_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One condition.

    Attributes:
        role_scope: the role whose scores count, or empty for those of all roles.
        lookback_days: how long the window is.
        min_samples: fewer scores than this say nothing.
    """

    id: str
    measure: Measure
    comparator: Comparator
    threshold: float
    severity: GateSeverity
    created_at: datetime
    role_scope: str = ""
    lookback_days: int = 14
    min_samples: int = 10
    enabled: bool = True

    @property
    def about(self) -> tuple[str, Measure, Comparator]:
        """What it is about; a second gate about the same replaces the first."""
        return self.role_scope, self.measure, self.comparator


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a gate said, and of what."""

    gate: Gate
    verdict: Verdict
    samples: int
    current: float | None
    baseline: float | None

    @property
    def delta(self) -> float | None:
        """How much it has changed since the window before."""
        return None if self.current is None or self.baseline is None else _exact(self.current - self.baseline)


_SIGNALS: Final = {
    Measure.QUALITY_SCORE: Signal.RUN,
    Measure.EVAL_PASS_RATE: Signal.EVALUATION,
    Measure.FEEDBACK_ACCEPTANCE_RATE: Signal.FEEDBACK,
    Measure.FEEDBACK_REJECTION_RATE: Signal.FEEDBACK,
}


def judge(gate: Gate, scores: Iterable[Score], now: datetime) -> Judged:
    """The gate's verdict on the scores; those outside of its two windows may be among them."""
    counted = [each for each in scores if _counts(gate, each)]
    window = timedelta(days=gate.lookback_days)
    current = [each.value for each in counted if now - window < each.at <= now]
    before = [each.value for each in counted if now - 2 * window < each.at <= now - window]
    found, baseline = _measured(gate.measure, current), _measured(gate.measure, before)
    enough = len(current) >= gate.min_samples and (not gate.comparator.looks_back or len(before) >= gate.min_samples)
    judged = Judged(
        gate=gate, verdict=Verdict.INSUFFICIENT_DATA, samples=len(current), current=found, baseline=baseline
    )
    if not enough or found is None:
        return judged
    return Judged(
        gate=gate, verdict=_verdict(gate, found, judged.delta), samples=len(current), current=found, baseline=baseline
    )


def _counts(gate: Gate, score: Score) -> bool:
    return score.signal is _SIGNALS[gate.measure] and gate.role_scope in {"", score.role_scope}


def _measured(measure: Measure, values: Sequence[float]) -> float | None:
    if not values:
        return None
    match measure:
        case Measure.QUALITY_SCORE:
            return _exact(sum(values) / len(values))
        case Measure.EVAL_PASS_RATE | Measure.FEEDBACK_ACCEPTANCE_RATE:
            return _exact(sum(value >= LOW_QUALITY for value in values) / len(values))
        case Measure.FEEDBACK_REJECTION_RATE:
            return _exact(sum(value < LOW_QUALITY for value in values) / len(values))
        case _:
            assert_never(measure)


def _verdict(gate: Gate, found: float, delta: float | None) -> Verdict:
    if _holds(gate, found, delta or 0.0):
        return Verdict.PASS
    return Verdict.BLOCK if gate.severity is GateSeverity.BLOCKER else Verdict.WARN


def _holds(gate: Gate, found: float, delta: float) -> bool:
    match gate.comparator:
        case Comparator.MIN_VALUE:
            return found >= gate.threshold
        case Comparator.MAX_VALUE:
            return found <= gate.threshold
        case Comparator.MAX_DROP:
            return -delta <= gate.threshold
        case Comparator.MIN_IMPROVEMENT:
            return delta >= gate.threshold
        case _:
            assert_never(gate.comparator)


def _exact(value: float) -> float:
    """Without the last digits, in which 0.8 - 0.7 is more than 0.1."""
    return round(value, 9)
