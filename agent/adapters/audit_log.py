"""The audit log: who did what to which session, job or project, and which questions were asked. Never in whose words.

The documented events are `session.created`, `session.closed`, `project.registered`, `job.approved` and `job.denied`,
which are deeds and come with their actor, and `job.approval_needed`, which nobody did. Nor did anybody
`job.let_through`: a tool was used without a question. Every other audited deed is logged like them. The store keeps the
same deeds for `/audit`; the file outlives the store.
"""

import logging
from collections.abc import Mapping
from typing import Final

from agent.adapters.run_memory import RunMemory
from agent.domain.audit import AGENT, API, Audited
from agent.domain.events import ApprovalExpired, ApprovalRequested, Event, ToolLetThrough
from agent.logs import AUDIT

_log = logging.getLogger(AUDIT)

_OURS: Final = ("containment.", "job.approved", "job.denied")
"""Deeds whose detail is made of our own words and of names that were checked; every other detail stays in the store."""

_SUBJECTS: Final = {"session": "session_id", "project": "project_id", "incident": "incident_id"}
_RUNS: Final = frozenset({"job", "run"})
_ACTORS: Final = {API: "api", AGENT: "agent"}


class AuditLog:
    """Keeps `ports.Observer`; `note` is for the deeds that `services.journal.Journal` commits."""

    def __init__(self, memory: RunMemory | None = None) -> None:
        self._memory = memory or RunMemory()

    def note(self, deed: Audited) -> None:
        """Log who did what. An actor is a Telegram user id, `api` or `agent`."""
        kind = deed.action.partition(".")[0]
        facts = {"actor": _ACTORS.get(deed.actor, str(deed.actor))}
        if deed.action.startswith(_OURS) and deed.detail:
            facts["detail"] = deed.detail
        if kind in _RUNS:
            self._line(deed.action, deed.subject, facts)
        else:
            _log.info(deed.action, extra={_SUBJECTS.get(kind, "subject"): deed.subject, **facts})

    def observe(self, event: Event) -> None:
        self._memory.observe(event)
        match event:
            case ApprovalRequested():
                self._line("job.approval_needed", event.run_id, _question(event))
            case ApprovalExpired():
                self._line("job.approval_expired", event.run_id, _question(event))
            case ToolLetThrough(tool=tool, scope=scope, reason=reason):
                self._line("job.let_through", event.run_id, {"tool": tool, "scope": str(scope), "detail": reason})
            case _:
                pass  # deeds come with their actor through `note`; the rest is no matter of audit

    def _line(self, action: str, run_id: str, facts: Mapping[str, str]) -> None:
        with self._memory.traced(run_id):
            _log.info(action, extra={**self._memory.about(run_id), **facts})


def _question(event: ApprovalRequested | ApprovalExpired) -> dict[str, str]:
    return {"approval_id": event.approval_id, "scope": str(event.scope)}
