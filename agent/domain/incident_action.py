"""An executable step on its way: shown in full, confirmed, sent once, settled; and never sent again after a crash."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from agent.errors import Conflict

CONFIRM_WITHIN: Final = timedelta(minutes=15)
"""What was shown is asked for again after that: the world has gone on."""

SEND_WITHIN: Final = timedelta(minutes=5)
"""How long after its confirmation a call may still be sent, as when the agent was restarted in between."""


class ActionState(StrEnum):
    """Where a call is. `running` is committed before it is sent, so that a crash in the middle is known to be one."""

    PREPARED = "prepared"
    CONFIRMED = "confirmed"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One call for one incident, everything filled in.

    Attributes:
        title: the step's words.
        url: where it goes, host and all.
        body: JSON, or empty for a call without one.
        chat_id: where it is shown.
        prepared_name: what people call whoever has asked for it; empty in old rows.
        confirmed_name: likewise.
        status: what the other side answered, 0 for none.
        answer: the beginning of what it said, without secrets.
    """

    id: str
    incident_id: str
    title: str
    method: str
    url: str
    body: str
    chat_id: int
    prepared_by: int
    prepared_at: datetime
    state: ActionState = ActionState.PREPARED
    confirmed_by: int | None = None
    confirmed_at: datetime | None = None
    settled_at: datetime | None = None
    status: int = 0
    answer: str = ""
    prepared_name: str = ""
    confirmed_name: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """How a call went. `status` is 0 when no answer came; `sure` says that it certainly did not arrive then."""

    status: int
    text: str
    sure: bool = True


def confirmed(action: Action, by: int, now: datetime, name: str = "") -> Action:
    """A person has read it and wants it."""
    if action.state is not ActionState.PREPARED:
        raise Conflict(f"This step is {action.state} already.")
    if now - action.prepared_at > CONFIRM_WITHIN:
        raise Conflict("This was shown too long ago; ask for the step again.")
    return replace(action, state=ActionState.CONFIRMED, confirmed_by=by, confirmed_at=now, confirmed_name=name)


def cancelled(action: Action, now: datetime) -> Action:
    """A person has thought better of it."""
    if action.state is not ActionState.PREPARED:
        raise Conflict(f"This step is {action.state} already.")
    return replace(action, state=ActionState.CANCELLED, settled_at=now)


def sent(action: Action, now: datetime) -> Action:
    """About to be sent, or too late for that."""
    if action.confirmed_at is None or now - action.confirmed_at > SEND_WITHIN:
        return replace(action, state=ActionState.CANCELLED, settled_at=now, answer="not sent: confirmed too long ago")
    return replace(action, state=ActionState.RUNNING)


def settled(action: Action, answered: Answered, now: datetime) -> Action:
    """After the answer, or after none came."""
    if not answered.status:
        state = ActionState.FAILED if answered.sure else ActionState.UNKNOWN
    else:
        state = ActionState.DONE if 200 <= answered.status < 300 else ActionState.FAILED
    return replace(action, state=state, settled_at=now, status=answered.status, answer=answered.text)


def after_crash(action: Action, now: datetime) -> Action:
    """A call that was being sent when the agent died: nobody knows, and it is not repeated."""
    return replace(
        action, state=ActionState.UNKNOWN, settled_at=now, answer="the agent stopped while this was being sent"
    )
