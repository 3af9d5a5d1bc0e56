"""The bot's own objectives, computed from the newest finished runs."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from agent.domain.run import RunState

WINDOW: Final = 300
"""How many of the newest finished runs count."""

MAX_FAILURE_RATE: Final = 0.20
CRITICAL_FAILURE_RATE: Final = 0.50
MAX_P95_SECONDS: Final = 45.0


class Standing(StrEnum):
    """The window in one word."""

    OK = "ok"
    DEGRADED = "degraded"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Finished:
    """What the objectives need to know of a run that completed or failed."""

    state: RunState
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Reliability:
    """The window's figures."""

    completed_runs: int
    failed_runs: int
    failure_rate: float
    latency_p95_sec: float

    @property
    def window_runs(self) -> int:
        """How many runs the window holds."""
        return self.completed_runs + self.failed_runs

    @property
    def standing(self) -> Standing:
        """Measured against the thresholds that the alerts have, so that both always agree."""
        if self.failure_rate > CRITICAL_FAILURE_RATE:
            return Standing.CRITICAL
        if self.failure_rate > MAX_FAILURE_RATE or self.latency_p95_sec > MAX_P95_SECONDS:
            return Standing.DEGRADED
        return Standing.OK


def measure(newest_first: Iterable[Finished], window: int = WINDOW) -> Reliability:
    """The figures of the newest runs; cancelled ones say nothing about the bot and are left out."""
    counted = [run for run in newest_first if run.state in {RunState.COMPLETED, RunState.FAILED}][:window]
    failed = sum(run.state is RunState.FAILED for run in counted)
    return Reliability(
        completed_runs=len(counted) - failed,
        failed_runs=failed,
        failure_rate=failed / len(counted) if counted else 0.0,
        latency_p95_sec=nearest_rank([run.seconds for run in counted if run.seconds is not None], 95),
    )


def nearest_rank(values: Sequence[float], percent: int) -> float:
    """The smallest value that at least so many percent of all values do not exceed; 0 when there are none."""
    if not values:
        return 0.0
    rank = max(math.ceil(len(values) * percent / 100), 1)
    return sorted(values)[rank - 1]
