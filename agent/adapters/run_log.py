"""What happens in the agent as lines of its log: with the identifiers of the documents, without anybody's words.

Whoever searches the log for one trace id finds the run being accepted, its child process, its tools, its alert leaving
and its message arriving, in the order in which they happened.
"""

import logging
from typing import Final, assert_never

from agent.adapters.run_memory import RunMemory
from agent.domain.alert import AlertState
from agent.domain.breaker import BreakerName, Closed, HalfOpen, Open, State
from agent.domain.events import (
    AgentErred,
    AlertSettled,
    ApprovalExpired,
    ApprovalRequested,
    BreakerChanged,
    BreakerFailed,
    Event,
    EventName,
    IncidentOpened,
    IncidentUnheard,
    MessageDead,
    MessageDelivered,
    RunFailed,
    RunProgressed,
    SessionErred,
    ToolCompleted,
    ToolFailed,
    ToolLetThrough,
    ToolStarted,
    TrailChecked,
    facts,
)

_log = logging.getLogger("agent.events")

_BREAKERS: Final = {
    BreakerName.CLAUDE_CODE: "Claude Code",
    BreakerName.TELEGRAM_API: "Telegram API",
    BreakerName.GIT_OPERATIONS: "Git Operations",
}
_WORDY: Final = frozenset({EventName.RUN_PROGRESSED, EventName.TOOL_STARTED, EventName.TOOL_COMPLETED})
_WORDS: Final = frozenset({"text", "traceparent"})


class RunLog:
    """Keeps `ports.Observer`. Questions, and what needed none, are the audit log's, whose lines come here as well."""

    def __init__(self, memory: RunMemory | None = None) -> None:
        self._memory = memory or RunMemory()

    def observe(self, event: Event) -> None:
        self._memory.observe(event)
        level = level_of(event)
        audited = isinstance(event, ApprovalRequested | ApprovalExpired | ToolLetThrough)
        if audited or not _log.isEnabledFor(level):
            return
        run_id = getattr(event, "run_id", "")
        about = self._memory.about(run_id) if run_id else {}
        with self._memory.traced(run_id, getattr(event, "traceparent", "")):
            _log.log(level, _message(event), extra={"event": event.name.value, **_shown(event), **about})


def level_of(event: Event) -> int:
    """By the documented table: info for normal work, warning for what heals, error for what somebody must look at."""
    match event:
        case RunProgressed() | ToolStarted() | ToolCompleted():
            return logging.DEBUG
        case MessageDelivered(traceparent=""):
            return logging.DEBUG  # an answer to a command: nothing to be followed
        case TrailChecked(recorded=recorded):
            return logging.DEBUG if recorded else logging.ERROR
        case ToolFailed() | BreakerFailed() | BreakerChanged(state=Open()) | IncidentOpened():
            return logging.WARNING
        case RunFailed() | MessageDead() | AgentErred() | SessionErred() | AlertSettled(outcome=AlertState.DEAD_LETTER):
            return logging.ERROR
        case IncidentUnheard():
            return logging.ERROR
        case _:
            return logging.INFO


def _message(event: Event) -> str:
    if isinstance(event, BreakerChanged):
        return f"Circuit breaker {_word(event.state)} for {_BREAKERS[event.breaker]}"
    return event.name.value


def _word(state: State) -> str:
    match state:
        case Open():
            return "OPEN"
        case HalfOpen():
            return "HALF-OPEN"
        case Closed():
            return "CLOSED"
        case _:
            assert_never(state)


def _shown(event: Event) -> dict[str, str]:
    """The event's facts without what a model or a person has written."""
    hidden = _WORDS | {"detail"} if event.name in _WORDY or isinstance(event, ToolFailed) else _WORDS
    return {key: value for key, value in facts(event).items() if key not in hidden}
