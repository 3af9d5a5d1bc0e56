"""The state that gauges show, read from the store in one go when somebody scrapes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from agent.domain.alert import AlertState
from agent.domain.breaker import BreakerName, State
from agent.domain.incident import IncidentSeverity
from agent.domain.outbox import Kind
from agent.domain.quality import Score, drift
from agent.domain.reliability import WINDOW, Reliability, measure
from agent.domain.run import Run, RunState
from agent.domain.session import Project, Session
from agent.ports import Backups, Meter
from agent.services.breakers import Breakers
from agent.services.health import Check, Health
from agent.services.journal import Journal

QUALITY_WINDOW: Final = timedelta(days=30)
SESSIONS: Final = 100
"""Series per session: the most recently used hundred, as slo.yaml budgets them."""

RUNS: Final = 50
"""Series per run: the oldest fifty that run, for those are the ones that may be stuck."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that a gauge shows."""

    now: datetime
    reliability: Reliability
    runs: Mapping[RunState, int]
    running: tuple[Run, ...]
    sessions: tuple[Session, ...]
    projects: tuple[Project, ...]
    queues: Mapping[str, int]
    approvals_pending: int
    backlog: Mapping[str, int]
    alerts: Mapping[AlertState, int]
    hook_enabled: bool
    outbox: Mapping[Kind, int]
    outbox_oldest_seconds: float
    incidents_open: Mapping[IncidentSeverity, int]
    incidents_unacknowledged: Mapping[IncidentSeverity, int]
    breakers: Mapping[BreakerName, State]
    checks: Mapping[Check, bool]
    drift: Mapping[tuple[str, str], float]
    last_backup: datetime | None
    resident_bytes: int
    workspace_bytes: Mapping[str, int]
    log_bytes: Mapping[str, int]


class Snapshots:
    """Takes them."""

    def __init__(  # noqa: PLR0913 - what they are taken of
        self,
        journal: Journal,
        *,
        breakers: Breakers,
        health: Health,
        backups: Backups,
        meter: Meter,
        organization: str,
        hook_enabled: bool,
    ) -> None:
        self._journal = journal
        self._breakers = breakers
        self._health = health
        self._backups = backups
        self._meter = meter
        self._organization = organization
        self._hook_enabled = hook_enabled

    async def take(self) -> Snapshot:
        """The state now."""
        now = self._journal.clock.now()
        async with self._journal.store.reading() as records:
            running = tuple(await records.runs.in_state(RunState.RUNNING))
            sessions = tuple(await records.sessions.active())
            pending = await records.approvals.pending()
            oldest = await records.outbox.oldest_unsent_at()
            backlog = {self._organization: 0}
            for approval in pending:
                backlog[approval.organization] = backlog.get(approval.organization, 0) + 1
            return Snapshot(
                now=now,
                reliability=measure(await records.runs.newest_finished(WINDOW)),
                runs=await records.runs.count_by_state(),
                running=running,
                sessions=sessions,
                projects=tuple(await records.projects.all()),
                queues=await records.runs.queue_sizes(),
                approvals_pending=len(pending),
                backlog=backlog,
                alerts=await records.alerts.count_by_state(),
                hook_enabled=self._hook_enabled,
                outbox=await records.outbox.unsent_by_kind(),
                outbox_oldest_seconds=max((now - oldest).total_seconds(), 0.0) if oldest else 0.0,
                incidents_open=await records.incidents.open_by_severity(),
                incidents_unacknowledged=await records.incidents.unattended_by_severity(now),
                breakers={name: self._breakers.state(name) for name in BreakerName},
                checks={check: self._health.findings.ok(check) for check in Check},
                drift=_drift_by_role(await records.scores.since(now - QUALITY_WINDOW)),
                last_backup=self._backups.newest(),
                resident_bytes=self._meter.resident_bytes(),
                workspace_bytes={each.id: self._meter.workspace_bytes(each.workspace) for each in sessions[:SESSIONS]},
                log_bytes={run.id: self._meter.log_bytes(run.id) for run in running[:RUNS]},
            )


def _drift_by_role(scores: Iterable[Score]) -> dict[tuple[str, str], float]:
    by_role: dict[tuple[str, str], list[Score]] = {}
    for score in scores:
        by_role.setdefault((score.organization, score.role_scope), []).append(score)
    return {role: found for role, kept in by_role.items() if (found := drift(kept)) is not None}
