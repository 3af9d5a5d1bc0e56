"""A run: one execution of an agent CLI, from the prompt to how it ended.

    pending ──► running ──► completed | failed | cancelled
       │ ▲         │
       ▼ │         ▼
    waiting_approval ─► cancelled | failed

A run that was let through by an approval goes back to `pending` and takes its turn again. `running` is committed before
the CLI is started and never goes back by itself, so no crash can execute a run twice.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from agent.domain.error_codes import ErrorCode
from agent.errors import Conflict


class RunState(StrEnum):
    """Where a run is; the values are those of the HTTP API."""

    PENDING = "pending"
    RUNNING = "running"
    WAITING_APPROVAL = "waiting_approval"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing can happen to the run any more."""
        return not LEGAL[self]


_S = RunState
LEGAL: Final = {
    _S.PENDING: frozenset({_S.RUNNING, _S.WAITING_APPROVAL, _S.FAILED, _S.CANCELLED}),
    _S.RUNNING: frozenset({_S.WAITING_APPROVAL, _S.COMPLETED, _S.FAILED, _S.CANCELLED}),
    _S.WAITING_APPROVAL: frozenset({_S.PENDING, _S.FAILED, _S.CANCELLED}),
    _S.COMPLETED: frozenset[RunState](),
    _S.FAILED: frozenset[RunState](),
    _S.CANCELLED: frozenset[RunState](),
}
"""From where to where."""

FINAL: Final = frozenset(state for state in RunState if state.is_final)
OPEN: Final = frozenset(RunState) - FINAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of an agent CLI.

    Attributes:
        id: a UUID, which is also the name of its log file.
        requested_by: the Telegram user, or 0 for the HTTP API.
        approved: whether the gate before the run has been passed.
        waiting_since: since when it waits for an answer, while it does.
        waited_seconds: how long it has waited after it was first started.
        resume_token: what makes the CLI carry on in the same conversation.
        retry_of: the failed run that this one tries again.
        lease_owner: which life of the agent runs it.
        lease_until: when that life must have said that it still does.
        pid: the CLI's process, and its group.
        pid_started: the process's start time in clock ticks, so that a reused pid is not mistaken for it.
        boot_id: the machine's boot in which those two mean something.
    """

    id: str
    session_id: str
    project_id: str
    chat_id: int
    requested_by: int
    profile: str
    prompt: str
    created_at: datetime
    state: RunState = RunState.PENDING
    approved: bool = False
    started_at: datetime | None = None
    finished_at: datetime | None = None
    waiting_since: datetime | None = None
    waited_seconds: float = 0.0
    error: ErrorCode | None = None
    detail: str = ""
    summary: str = ""
    resume_token: str = ""
    retry_of: str = ""
    traceparent: str = ""
    tracestate: str = ""
    lease_owner: str = ""
    lease_until: datetime | None = None
    pid: int = 0
    pid_started: int = 0
    boot_id: str = ""

    @property
    def elapsed(self) -> timedelta | None:
        """From the first start to the end, or None while it has not had both."""
        if self.started_at is None or self.finished_at is None:
            return None
        return max(self.finished_at - self.started_at, timedelta(0))

    @property
    def worked(self) -> timedelta | None:
        """`elapsed` without the time that people took to answer."""
        elapsed = self.elapsed
        return None if elapsed is None else max(elapsed - timedelta(seconds=self.waited_seconds), timedelta(0))


@dataclass(frozen=True, slots=True)
class Lease:
    """The promise of one life of the agent to look after a run until a moment, or say so again before it."""

    owner: str
    until: datetime


def started(run: Run, lease: Lease, now: datetime) -> Run:
    """The run as it is committed right before its CLI is started."""
    moved = _moved(run, RunState.RUNNING)
    return replace(moved, started_at=run.started_at or now, lease_owner=lease.owner, lease_until=lease.until)


def is_untouched(run: Run) -> bool:
    """Whether nothing has come of its prompt yet: no CLI was started with it, and nobody has said yes to it."""
    return run.state is RunState.PENDING and run.started_at is None and not run.approved


def reworded(run: Run, prompt: str) -> Run:
    """The run with another prompt. `Conflict` when something has come of the first one."""
    if not is_untouched(run):
        raise Conflict(f"Run {run.id} has begun, or was approved, with the prompt as it is.")
    return replace(run, prompt=prompt)


def waiting(run: Run, now: datetime) -> Run:
    """The run while a person thinks about it."""
    return replace(_released(_moved(run, RunState.WAITING_APPROVAL)), waiting_since=now)


def let_through(run: Run, now: datetime) -> Run:
    """The run after the answer was yes: it queues up again, and its gate stays open."""
    return replace(_answered(_moved(run, RunState.PENDING), now), approved=True)


def completed(run: Run, summary: str, now: datetime) -> Run:
    """The run after its CLI has said that it is done."""
    return _ended(run, RunState.COMPLETED, now, summary=summary)


def failed(run: Run, error: ErrorCode, detail: str, now: datetime) -> Run:
    """The run after it went wrong."""
    return _ended(run, RunState.FAILED, now, error=error, detail=detail)


def cancelled(run: Run, error: ErrorCode, detail: str, now: datetime) -> Run:
    """The run after a person ended it: by cancelling, by saying no, or by not answering in time."""
    return _ended(run, RunState.CANCELLED, now, error=error, detail=detail)


def _moved(run: Run, to: RunState) -> Run:
    if to not in LEGAL[run.state]:
        raise Conflict(f"Run {run.id} is {run.state} and cannot become {to}.")
    return replace(run, state=to)


def _ended(  # noqa: PLR0913 - one argument per field that an end decides
    run: Run, to: RunState, now: datetime, *, error: ErrorCode | None = None, detail: str = "", summary: str = ""
) -> Run:
    ended = _released(_answered(_moved(run, to), now))
    return replace(ended, finished_at=now, error=error, detail=detail, summary=summary or run.summary)


def _answered(run: Run, now: datetime) -> Run:
    if run.waiting_since is None:
        return run
    if run.started_at is None:  # waiting at the gate is no part of the run time
        return replace(run, waiting_since=None)
    waited = max((now - run.waiting_since).total_seconds(), 0.0)
    return replace(run, waiting_since=None, waited_seconds=run.waited_seconds + waited)


def _released(run: Run) -> Run:
    return replace(run, lease_owner="", lease_until=None, pid=0, pid_started=0, boot_id="")
