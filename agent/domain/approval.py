"""An approval: a question that a run waits on, answered once or not at all."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from agent.errors import Conflict


class Scope(StrEnum):
    """What the run wants to do; the values are those of the metric's label."""

    WRITE = "write"
    SHELL = "shell"
    PUSH = "push"
    DEPLOY = "deploy"
    DELETE = "delete"
    EXTERNAL = "external"


class Risk(StrEnum):
    """How much harm it can do."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ApprovalState(StrEnum):
    """Asked, or how it ended; the values of the ended ones are those of the metric's label."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    EXPIRED = "expired"


RISKS: Final = {
    Scope.WRITE: Risk.LOW,
    Scope.SHELL: Risk.MEDIUM,
    Scope.EXTERNAL: Risk.MEDIUM,
    Scope.PUSH: Risk.HIGH,
    Scope.DELETE: Risk.HIGH,
    Scope.DEPLOY: Risk.HIGH,
}
"""High risk is what `/halt` stops."""


_WRITERS: Final = frozenset({"Write", "Edit", "MultiEdit", "NotebookEdit"})
_LOOKERS: Final = frozenset({"WebFetch", "WebSearch"})
_ID: Final = re.compile(r"[2-9A-HJKMNP-RTV-Z]{7}", re.IGNORECASE)
_PUSHES: Final = re.compile(r"\bgit\b.*\bpush\b|\bgh\s+(?:pr|release)\b", re.DOTALL)
_DEPLOYS: Final = re.compile(r"\b(?:kubectl|helm|terraform|ansible-playbook|argocd|fly|serverless)\b|\bdeploy\b")
_DELETES: Final = re.compile(r"\brm\s|\bgit\s+(?:clean|branch\s+-D)|\bdrop\s+(?:table|database)\b", re.IGNORECASE)


_REMOTE: Final = (
    (re.compile(r"\b(?:deploy|rollout|terraform|helm|kubectl)", re.IGNORECASE), Scope.DEPLOY),
    (re.compile(r"\b(?:push|publish|merge|release)", re.IGNORECASE), Scope.PUSH),
    (re.compile(r"\b(?:delete|remove|destroy|drop|purge|truncate)", re.IGNORECASE), Scope.DELETE),
)
_RUN_TOGETHER: Final = re.compile(r"_|(?<=[a-z])(?=[A-Z])")


def looks_like_id(word: str) -> bool:
    """Whether it is made like the id of an approval, in capitals or not; see `adapters.ids`."""
    return _ID.fullmatch(word) is not None


def scope_of(tool: str, words: str) -> Scope:
    """What a tool call is about: the gravest thing that all its words suggest."""
    if tool in _WRITERS:
        return Scope.WRITE
    if tool != "Bash":
        return _of_remote(tool, words)
    for pattern, scope in ((_DEPLOYS, Scope.DEPLOY), (_PUSHES, Scope.PUSH), (_DELETES, Scope.DELETE)):
        if pattern.search(words):
            return scope
    return Scope.SHELL


def _of_remote(tool: str, words: str) -> Scope:
    """Of a tool that acts elsewhere, by its name and its arguments; looking at a page does nothing there."""
    if tool in _LOOKERS:
        return Scope.EXTERNAL
    apart = _RUN_TOGETHER.sub(" ", f"{tool} {words}")
    return next((scope for pattern, scope in _REMOTE if pattern.search(apart)), Scope.EXTERNAL)


def grant(scope: Scope, until: datetime) -> str:
    """A yes for a session as the session keeps it: the scope, and until when it counts."""
    return f"{scope}@{until.isoformat()}"


def granted(kept: Iterable[str], now: datetime) -> Mapping[Scope, datetime]:
    """What a session may do without asking, and until when. High risk never counts, nor what has no end."""
    found = {}
    for each in kept:
        name, _, until = each.partition("@")
        if until and RISKS[Scope(name)] is not Risk.HIGH and now < datetime.fromisoformat(until):
            found[Scope(name)] = datetime.fromisoformat(until)
    return found


def without_high_risk(kept: Iterable[str]) -> tuple[str, ...]:
    """What is left to a session when everything is taken back that does much harm."""
    return tuple(each for each in kept if RISKS[Scope(each.partition("@")[0])] is not Risk.HIGH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A question that a run waits on.

    Attributes:
        id: short enough to be typed, as in `/approve K7Q2`.
        tool: the tool that asks, or empty for the gate before a run.
        tool_use_id: the deferred call that the answer lets through, or empty.
        decided_by: the Telegram user, 0 for the HTTP API, None for nobody.
        escalated_at: when it was handed to the backup approvers; it is still undecided.
    """

    id: str
    run_id: str
    session_id: str
    project_id: str
    organization: str
    scope: Scope
    question: str
    requested_at: datetime
    expires_at: datetime
    tool: str = ""
    tool_use_id: str = ""
    state: ApprovalState = ApprovalState.PENDING
    decided_at: datetime | None = None
    decided_by: int | None = None
    escalated_at: datetime | None = None

    @property
    def risk(self) -> Risk:
        """How much harm a yes can do."""
        return RISKS[self.scope]

    @property
    def is_pending(self) -> bool:
        """Whether somebody still has to answer."""
        return self.state is ApprovalState.PENDING

    def is_due(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.is_pending and now >= self.expires_at

    @property
    def answered_after(self) -> timedelta | None:
        """How long a person took, or None when nobody answered."""
        if self.decided_at is None or self.state is ApprovalState.EXPIRED:
            return None
        return max(self.decided_at - self.requested_at, timedelta(0))


def decided(approval: Approval, *, yes: bool, by: int, now: datetime) -> Approval:
    """The approval after an answer. Too late is too late, even if nobody has noticed yet that its time is over."""
    _require_pending(approval)
    if approval.is_due(now):
        raise Conflict(f"Approval {approval.id} has expired.")
    state = ApprovalState.APPROVED if yes else ApprovalState.DENIED
    return replace(approval, state=state, decided_at=now, decided_by=by)


def expired(approval: Approval, now: datetime) -> Approval:
    """The approval after its time; the run that waits for it is cancelled."""
    _require_pending(approval)
    return replace(approval, state=ApprovalState.EXPIRED, decided_at=now)


def withdrawn(approval: Approval, now: datetime) -> Approval:
    """The approval of a run that ended otherwise. It counts as denied: nobody may act on it any more."""
    _require_pending(approval)
    return replace(approval, state=ApprovalState.DENIED, decided_at=now)


def postponed(approval: Approval, until: datetime) -> Approval:
    """The approval with its time stretched, because nobody could be asked."""
    _require_pending(approval)
    return replace(approval, expires_at=max(approval.expires_at, until))


def escalated(approval: Approval, now: datetime) -> Approval:
    """The approval handed to the backup approvers, still undecided."""
    _require_pending(approval)
    return replace(approval, escalated_at=approval.escalated_at or now)


def _require_pending(approval: Approval) -> None:
    if not approval.is_pending:
        raise Conflict(f"Approval {approval.id} is already {approval.state}.")
