"""A session: a chat's place of work in a project, with a worktree and a conversation of its own."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from agent.domain.run import Run, RunState
from agent.errors import Conflict


class SessionState(StrEnum):
    """What a session is doing; all but the last count as active."""

    IDLE = "idle"
    RUNNING = "running"
    BLOCKED = "blocked"
    CLOSING = "closing"
    CLOSED = "closed"


ACTIVE: Final = tuple(state for state in SessionState if state is not SessionState.CLOSED)


@dataclass(frozen=True, slots=True)
class Project:
    """A git repository that sessions may work in."""

    id: str
    path: str
    default_branch: str
    registered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A chat's place of work.

    Attributes:
        id: `S` and a number.
        thread_id: the topic inside the chat, or 0.
        workspace: the worktree's path.
        profile: which profile its prompts are run with.
        last_activity_at: when somebody or one of its runs last did something in it.
        chosen_at: when somebody last made it the one that prompts go to; of a chat's open sessions the newest is it.
        resume_token: what makes the CLI carry on in the conversation so far; belongs to `resume_profile`.
        allowed_scopes: approvals that were given "for this session".
    """

    id: str
    project_id: str
    chat_id: int
    owner_id: int
    workspace: str
    branch: str
    profile: str
    created_at: datetime
    last_activity_at: datetime
    chosen_at: datetime
    thread_id: int = 0
    state: SessionState = SessionState.IDLE
    resume_token: str = ""
    resume_profile: str = ""
    allowed_scopes: tuple[str, ...] = ()
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it takes prompts."""
        return self.state not in {SessionState.CLOSING, SessionState.CLOSED}

    def resumes(self, profile: str) -> str:
        """The token to carry on with under a profile; another CLI cannot use it."""
        return self.resume_token if profile == self.resume_profile else ""


def used(session: Session, now: datetime) -> Session:
    """The session after somebody did something in it."""
    return replace(session, last_activity_at=max(now, session.last_activity_at))


def chosen(session: Session, now: datetime) -> Session:
    """The session after somebody made it the one that prompts go to."""
    return replace(session, chosen_at=max(now, session.chosen_at))


def following(session: Session, runs: Collection[RunState], now: datetime) -> Session:
    """The session after something happened to one of its runs, all of whose states are given; one at work counts most.

    A closing one stays closing.
    """
    if not session.is_open:
        return session
    if RunState.RUNNING in runs:
        state = SessionState.RUNNING
    elif RunState.WAITING_APPROVAL in runs:
        state = SessionState.BLOCKED
    else:
        state = SessionState.IDLE
    return replace(used(session, now), state=state)


def closing(session: Session) -> Session:
    """The session that takes no more prompts while its worktree is put away."""
    if session.state is SessionState.CLOSED:
        raise Conflict(f"Session {session.id} is closed.")
    return replace(session, state=SessionState.CLOSING)


def closed(session: Session, now: datetime) -> Session:
    """The session at its end."""
    return replace(closing(session), state=SessionState.CLOSED, closed_at=now)


def remembering(session: Session, run: Run) -> Session:
    """The session with the conversation that its run has had."""
    return replace(session, resume_token=run.resume_token, resume_profile=run.profile)
