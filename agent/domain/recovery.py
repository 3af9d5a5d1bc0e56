"""What can be done about a run that failed, and the trail that shows that somebody was offered it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from agent.domain.error_codes import ErrorCode


class Remedy(StrEnum):
    """The id of a recovery action."""

    RETRY_SAME_AGENT = "retry_same_agent"
    RETRY_DEFAULT_AGENT = "retry_default_agent"
    OPEN_SETTINGS = "open_settings"
    OPEN_AGENTS = "open_agents"
    DOWNLOAD_ARTIFACT = "download_artifact"


class RemedyKind(StrEnum):
    """Whether the agent does something or shows something."""

    API = "api"
    LINK = "link"


class Stage(StrEnum):
    """How far a recovery got; the values are those of the metric's label."""

    ATTEMPTED = "attempted"
    QUEUED = "queued"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Action:
    """A remedy as it is offered."""

    remedy: Remedy
    label: str
    description: str
    kind: RemedyKind


ACTIONS: Final = {
    Remedy.RETRY_SAME_AGENT: Action(
        Remedy.RETRY_SAME_AGENT, "Retry", "Run the same prompt again with the same profile.", RemedyKind.API
    ),
    Remedy.RETRY_DEFAULT_AGENT: Action(
        Remedy.RETRY_DEFAULT_AGENT, "Retry with default", "Run it again with the default profile.", RemedyKind.API
    ),
    Remedy.OPEN_SETTINGS: Action(
        Remedy.OPEN_SETTINGS, "Check settings", "Show what the agent is configured with.", RemedyKind.LINK
    ),
    Remedy.OPEN_AGENTS: Action(
        Remedy.OPEN_AGENTS, "Choose a profile", "Show the profiles and which of them are installed.", RemedyKind.LINK
    ),
    Remedy.DOWNLOAD_ARTIFACT: Action(
        Remedy.DOWNLOAD_ARTIFACT, "Get the log", "Send the run's output as a file.", RemedyKind.LINK
    ),
}

_RETRY = (Remedy.RETRY_SAME_AGENT, Remedy.RETRY_DEFAULT_AGENT)
_ELSEWHERE = (Remedy.RETRY_DEFAULT_AGENT, Remedy.OPEN_AGENTS)

_REMEDIES: Final = {
    ErrorCode.POLICY_BLOCKED: (Remedy.RETRY_SAME_AGENT,),
    ErrorCode.EXEC_TIMEOUT: _RETRY,
    ErrorCode.CLI_NOT_FOUND: _ELSEWHERE,
    ErrorCode.CODEX_EXIT_NONZERO: _RETRY,
    ErrorCode.PROVIDER_UNHEALTHY: _RETRY,
    ErrorCode.PROVIDER_FAILED: (*_RETRY, Remedy.OPEN_SETTINGS),
    ErrorCode.PROVIDER_CAPABILITY_MISMATCH: _ELSEWHERE,
    ErrorCode.RUN_CANCELLED: (Remedy.RETRY_SAME_AGENT,),
    ErrorCode.HANDOFF_UNAVAILABLE: _RETRY,
    ErrorCode.INVALID_AGENT_CONFIG: (*_ELSEWHERE, Remedy.OPEN_SETTINGS),
    ErrorCode.UNKNOWN: _RETRY,
}


def options(code: ErrorCode) -> tuple[Action, ...]:
    """What to offer, the likeliest first; the log can always be had."""
    return tuple(ACTIONS[remedy] for remedy in (*_REMEDIES[code], Remedy.DOWNLOAD_ARTIFACT))
