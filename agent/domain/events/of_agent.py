"""What happens to the agent itself: projects, sessions, breakers, alerts, messages and incidents."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from agent.domain.alert import AlertState, Category
from agent.domain.breaker import BreakerName, State
from agent.domain.events.names import EventName
from agent.domain.incident import IncidentSeverity
from agent.domain.outbox import Kind


@dataclass(frozen=True, slots=True)
class AgentStarted:
    """The agent is up, in this life."""

    life: str
    name: ClassVar = EventName.AGENT_STARTED


@dataclass(frozen=True, slots=True)
class AgentStopped:
    """The agent goes down on purpose."""

    life: str
    name: ClassVar = EventName.AGENT_STOPPED


@dataclass(frozen=True, slots=True)
class AgentErred:
    """Something broke inside the agent that belongs to no run."""

    where: str
    name: ClassVar = EventName.AGENT_ERRED


@dataclass(frozen=True, slots=True)
class ProjectRegistered:
    """A repository may be worked in from now on."""

    project_id: str
    name: ClassVar = EventName.PROJECT_REGISTERED


@dataclass(frozen=True, slots=True)
class ProjectRemoved:
    """A repository may not be worked in any more."""

    project_id: str
    name: ClassVar = EventName.PROJECT_REMOVED


@dataclass(frozen=True, slots=True)
class ProjectsScanned:
    """The repositories' folder was looked through."""

    found: int
    name: ClassVar = EventName.PROJECTS_SCANNED


@dataclass(frozen=True, slots=True)
class SessionCreated:
    """A session was opened."""

    session_id: str
    project_id: str
    name: ClassVar = EventName.SESSION_CREATED


@dataclass(frozen=True, slots=True)
class SessionChanged:
    """A session came into another state."""

    session_id: str
    project_id: str
    state: str
    name: ClassVar = EventName.SESSION_CHANGED


@dataclass(frozen=True, slots=True)
class SessionReady:
    """A session's worktree is there."""

    session_id: str
    project_id: str
    name: ClassVar = EventName.SESSION_READY


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """A session was closed after a lifetime."""

    session_id: str
    project_id: str
    lifetime: timedelta
    name: ClassVar = EventName.SESSION_CLOSED


@dataclass(frozen=True, slots=True)
class SessionErred:
    """A session could not be opened or kept."""

    session_id: str
    project_id: str
    detail: str
    name: ClassVar = EventName.SESSION_ERRED


@dataclass(frozen=True, slots=True)
class BreakerFailed:
    """A breaker counted a failure."""

    breaker: BreakerName
    name: ClassVar = EventName.BREAKER_FAILED


@dataclass(frozen=True, slots=True)
class BreakerChanged:
    """A breaker opened, half-opened or closed."""

    breaker: BreakerName
    state: State
    name: ClassVar = EventName.BREAKER_CHANGED


@dataclass(frozen=True, slots=True)
class AlertSettled:
    """An outgoing alert was sent, swallowed or put aside."""

    category: Category
    outcome: AlertState
    run_id: str = ""
    traceparent: str = ""
    name: ClassVar = EventName.ALERT_SETTLED


@dataclass(frozen=True, slots=True)
class MessageDelivered:
    """Telegram took a message; `cause` and `delay` tell of which event, and how long after it."""

    kind: Kind
    cause: str
    delay: timedelta
    traceparent: str = ""
    name: ClassVar = EventName.MESSAGE_DELIVERED


@dataclass(frozen=True, slots=True)
class MessageDead:
    """Telegram refused a message for good; `detail` is what it has said."""

    kind: Kind
    traceparent: str = ""
    detail: str = ""
    name: ClassVar = EventName.MESSAGE_DEAD


@dataclass(frozen=True, slots=True)
class IncidentOpened:
    """Something began to fire."""

    incident_id: str
    severity: IncidentSeverity
    name: ClassVar = EventName.INCIDENT_OPENED


@dataclass(frozen=True, slots=True)
class IncidentAcked:
    """Somebody has an incident in hand."""

    incident_id: str
    severity: IncidentSeverity
    name: ClassVar = EventName.INCIDENT_ACKED


@dataclass(frozen=True, slots=True)
class IncidentUnheard:
    """Telegram has refused the incident's message in every chat where somebody should have heard of it."""

    incident_id: str
    severity: IncidentSeverity
    name: ClassVar = EventName.INCIDENT_UNHEARD


@dataclass(frozen=True, slots=True)
class IncidentResolved:
    """Everything in a group has stopped firing."""

    incident_id: str
    severity: IncidentSeverity
    name: ClassVar = EventName.INCIDENT_RESOLVED
