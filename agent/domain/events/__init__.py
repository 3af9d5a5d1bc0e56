"""What happens in the agent, as frozen values: the vocabulary of timelines, metrics, audit and event stream.

An event is told after what it tells is committed. It carries facts and no clock; whoever keeps it adds the time.
"""

from dataclasses import fields
from datetime import timedelta
from typing import TypeAlias

from agent.domain.events.names import EventName
from agent.domain.events.of_agent import (
    AgentErred,
    AgentStarted,
    AgentStopped,
    AlertSettled,
    BreakerChanged,
    BreakerFailed,
    IncidentAcked,
    IncidentOpened,
    IncidentResolved,
    IncidentUnheard,
    MessageDead,
    MessageDelivered,
    ProjectRegistered,
    ProjectRemoved,
    ProjectsScanned,
    SessionChanged,
    SessionClosed,
    SessionCreated,
    SessionErred,
    SessionReady,
)
from agent.domain.events.of_runs import (
    ApprovalApproved,
    ApprovalDenied,
    ApprovalExpired,
    ApprovalRequested,
    RecoveryNoted,
    RunCancelled,
    RunCompleted,
    RunEvent,
    RunFailed,
    RunProgressed,
    RunQueued,
    RunStarted,
    RunWaiting,
    ToolCompleted,
    ToolFailed,
    ToolLetThrough,
    ToolStarted,
    TrailChecked,
)

Event: TypeAlias = (
    RunEvent
    | AgentStarted
    | AgentStopped
    | AgentErred
    | ProjectRegistered
    | ProjectRemoved
    | ProjectsScanned
    | SessionCreated
    | SessionChanged
    | SessionReady
    | SessionClosed
    | SessionErred
    | BreakerFailed
    | BreakerChanged
    | AlertSettled
    | MessageDelivered
    | MessageDead
    | IncidentOpened
    | IncidentAcked
    | IncidentResolved
    | IncidentUnheard
)


def facts(event: Event) -> dict[str, str]:
    """The event's fields as text, for a timeline or a line of the audit log."""
    named = {each.name: getattr(event, each.name) for each in fields(event) if each.name != "name"}
    return {key: _text(value) for key, value in named.items() if value is not None}


def _text(value: object) -> str:
    if isinstance(value, timedelta):
        return f"{value.total_seconds():.3f}"
    return type(value).__name__ if hasattr(value, "__dataclass_fields__") else str(value)


__all__ = [
    "AgentErred",
    "AgentStarted",
    "AgentStopped",
    "AlertSettled",
    "ApprovalApproved",
    "ApprovalDenied",
    "ApprovalExpired",
    "ApprovalRequested",
    "BreakerChanged",
    "BreakerFailed",
    "Event",
    "EventName",
    "IncidentAcked",
    "IncidentOpened",
    "IncidentResolved",
    "IncidentUnheard",
    "MessageDead",
    "MessageDelivered",
    "ProjectRegistered",
    "ProjectRemoved",
    "ProjectsScanned",
    "RecoveryNoted",
    "RunCancelled",
    "RunCompleted",
    "RunEvent",
    "RunFailed",
    "RunProgressed",
    "RunQueued",
    "RunStarted",
    "RunWaiting",
    "SessionChanged",
    "SessionClosed",
    "SessionCreated",
    "SessionErred",
    "SessionReady",
    "ToolCompleted",
    "ToolFailed",
    "ToolLetThrough",
    "ToolStarted",
    "TrailChecked",
    "facts",
]
