"""What happens to a run, its tools, its questions and its recovery."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, TypeAlias

from agent.domain.approval import Scope
from agent.domain.error_codes import ErrorCode
from agent.domain.events.names import EventName
from agent.domain.recovery import Stage


@dataclass(frozen=True, slots=True)
class RunQueued:
    """A prompt was accepted."""

    run_id: str
    session_id: str
    project_id: str
    traceparent: str = ""
    name: ClassVar = EventName.RUN_QUEUED


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run's CLI is about to be started, for the first time or after an approval."""

    run_id: str
    project_id: str
    profile: str
    name: ClassVar = EventName.RUN_STARTED


@dataclass(frozen=True, slots=True)
class RunProgressed:
    """A run has something to show."""

    run_id: str
    text: str
    name: ClassVar = EventName.RUN_PROGRESSED


@dataclass(frozen=True, slots=True)
class RunWaiting:
    """A run waits for a person."""

    run_id: str
    project_id: str
    name: ClassVar = EventName.RUN_WAITING


@dataclass(frozen=True, slots=True)
class RunCompleted:
    """A run did what it was asked. `elapsed` includes the wait for people, `worked` does not."""

    run_id: str
    project_id: str
    elapsed: timedelta | None
    worked: timedelta | None
    name: ClassVar = EventName.RUN_COMPLETED


@dataclass(frozen=True, slots=True)
class RunFailed:
    """A run went wrong."""

    run_id: str
    project_id: str
    error: ErrorCode
    elapsed: timedelta | None
    worked: timedelta | None
    name: ClassVar = EventName.RUN_FAILED


@dataclass(frozen=True, slots=True)
class RunCancelled:
    """A person ended a run."""

    run_id: str
    project_id: str
    error: ErrorCode
    elapsed: timedelta | None
    worked: timedelta | None
    name: ClassVar = EventName.RUN_CANCELLED


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """A run started to use a tool."""

    run_id: str
    tool: str
    detail: str
    name: ClassVar = EventName.TOOL_STARTED


@dataclass(frozen=True, slots=True)
class ToolCompleted:
    """A tool came back with a result."""

    run_id: str
    tool: str
    detail: str
    name: ClassVar = EventName.TOOL_COMPLETED


@dataclass(frozen=True, slots=True)
class ToolFailed:
    """A tool came back with an error."""

    run_id: str
    tool: str
    detail: str
    name: ClassVar = EventName.TOOL_FAILED


@dataclass(frozen=True, slots=True)
class ToolLetThrough:
    """A tool was used without a question, because of what the session or the autonomy allows; `reason` says which."""

    run_id: str
    tool: str
    scope: Scope
    reason: str
    name: ClassVar = EventName.TOOL_LET_THROUGH


@dataclass(frozen=True, slots=True)
class ApprovalRequested:
    """A run asks for something."""

    approval_id: str
    run_id: str
    scope: Scope
    name: ClassVar = EventName.APPROVAL_REQUESTED


@dataclass(frozen=True, slots=True)
class ApprovalApproved:
    """Somebody said yes after a while."""

    approval_id: str
    run_id: str
    scope: Scope
    answered_after: timedelta
    name: ClassVar = EventName.APPROVAL_APPROVED


@dataclass(frozen=True, slots=True)
class ApprovalDenied:
    """Somebody said no; `answered_after` is None when the run ended before anybody did."""

    approval_id: str
    run_id: str
    scope: Scope
    answered_after: timedelta | None
    name: ClassVar = EventName.APPROVAL_DENIED


@dataclass(frozen=True, slots=True)
class ApprovalExpired:
    """Nobody answered in time."""

    approval_id: str
    run_id: str
    scope: Scope
    name: ClassVar = EventName.APPROVAL_EXPIRED


@dataclass(frozen=True, slots=True)
class RecoveryNoted:
    """A recovery of a failed run came to a stage."""

    run_id: str
    stage: Stage
    detail: str

    @property
    def name(self) -> EventName:
        """The stage decides."""
        return EventName(f"recovery.{self.stage}")


@dataclass(frozen=True, slots=True)
class TrailChecked:
    """A failed run was looked at for its recovery trail."""

    run_id: str
    recorded: bool
    name: ClassVar = EventName.TRAIL_CHECKED


RunEvent: TypeAlias = (
    RunQueued
    | RunStarted
    | RunProgressed
    | RunWaiting
    | RunCompleted
    | RunFailed
    | RunCancelled
    | ToolStarted
    | ToolCompleted
    | ToolFailed
    | ToolLetThrough
    | ApprovalRequested
    | ApprovalApproved
    | ApprovalDenied
    | ApprovalExpired
    | RecoveryNoted
    | TrailChecked
)
"""What belongs on the timeline of a run."""
