"""An outgoing alert: the documented webhook payload, and when it is sent, repeated, swallowed or kept."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final


class Category(StrEnum):
    """What may be told to the outside; the values are those of `alert_type`."""

    RUN_FAILED = "run.failed"
    TOOL_STEP_FAILED = "tool.step.failed"
    TOOL_APPROVAL_REQUESTED = "tool.approval.requested"


class Severity(StrEnum):
    """From least to most."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    def reaches(self, least: "Severity") -> bool:
        """Whether it is at least as severe."""
        return _RANK[self] >= _RANK[least]


class AlertState(StrEnum):
    """What became of an alert; all but the first are values of the metric's `outcome` label."""

    PENDING = "pending"
    SENT = "sent"
    DROPPED_THRESHOLD = "dropped_threshold"
    DROPPED_DEDUP = "dropped_dedup"
    DEAD_LETTER = "dead_letter"


_RANK: Final = {severity: rank for rank, severity in enumerate(Severity)}
SEVERITY: Final = {
    Category.RUN_FAILED: Severity.HIGH,
    Category.TOOL_STEP_FAILED: Severity.HIGH,
    Category.TOOL_APPROVAL_REQUESTED: Severity.MEDIUM,
}
WAITING: Final = frozenset({AlertState.PENDING, AlertState.DEAD_LETTER})
FIRST_DEAD_PAUSE: Final = timedelta(minutes=1)
LONGEST_DEAD_PAUSE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something that somebody outside should know.

    Attributes:
        id: given by the store; 0 before. Sent as a header, so that a receiver can tell repetitions.
        attempts: how often it was tried.
        next_at: when it is tried next, while it waits.
    """

    category: Category
    severity: Severity
    run_id: str
    agent_id: str
    error_code: str
    ts: datetime
    next_at: datetime
    id: int = 0
    state: AlertState = AlertState.PENDING
    attempts: int = 0
    detail: str = ""
    traceparent: str = ""
    tracestate: str = ""

    @property
    def signature(self) -> str:
        """What makes two alerts the same: failures of a kind are one outage, each approval is its own question."""
        about = self.run_id if self.category is Category.TOOL_APPROVAL_REQUESTED else self.error_code
        return f"{self.category}|{self.severity}|{self.agent_id}|{about}"

    @property
    def payload(self) -> dict[str, str]:
        """The documented body."""
        return {
            "alert_type": self.category,
            "severity": self.severity,
            "run_id": self.run_id,
            "agent_id": self.agent_id,
            "error_code": self.error_code,
            "ts": self.ts.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


def admitted(alert: Alert, least: Severity, last_alike: datetime | None, window: timedelta) -> Alert:
    """The alert as it enters the queue: to be sent, or why not.

    Args:
        alert: as it happened.
        least: the severity from which on somebody wants to know.
        window: for how long alike ones are swallowed.
        last_alike: when the newest alert with its signature happened that was sent or may still be.
    """
    if not alert.severity.reaches(least):
        return replace(alert, state=AlertState.DROPPED_THRESHOLD)
    if last_alike is not None and timedelta(0) <= alert.ts - last_alike < window:
        return replace(alert, state=AlertState.DROPPED_DEDUP)
    return alert


def delivered(alert: Alert) -> Alert:
    """The alert after its receiver took it."""
    return replace(alert, state=AlertState.SENT, attempts=alert.attempts + 1, detail="")


def undelivered(alert: Alert, detail: str, retries: int, now: datetime) -> Alert:
    """The alert after an attempt failed: soon again, or kept as a dead letter and tried at growing intervals."""
    attempts = alert.attempts + 1
    if attempts <= retries:
        return replace(alert, attempts=attempts, detail=detail, next_at=now + timedelta(seconds=2 ** (attempts - 1)))
    pause = min(FIRST_DEAD_PAUSE * 2 ** min(attempts - retries - 1, 10), LONGEST_DEAD_PAUSE)
    return replace(alert, state=AlertState.DEAD_LETTER, attempts=attempts, detail=detail, next_at=now + pause)
