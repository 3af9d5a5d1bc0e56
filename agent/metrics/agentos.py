"""The dialect of the AgentOS runbook: `drovi_agent_*`, about the agent's own runs.

Each change into a status counts once, at the event; the backlog is read from the store, so it is never stale.
"""

from datetime import timedelta
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from agent.domain.events import Event, RunCancelled, RunCompleted, RunFailed, RunStarted, RunWaiting
from agent.domain.run import FINAL, RunState
from agent.services.snapshot import Snapshot

DURATION_BUCKETS: Final = (0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
STATUSES: Final = (RunState.RUNNING, RunState.WAITING_APPROVAL, *sorted(FINAL))
ORGANIZATIONS: Final = 50
"""How many values the label may have, as slo.yaml budgets it."""

ROLES: Final = 100


class AgentOsMetrics:
    """Success, latency, backlog and drift."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._runs = Counter(
            "drovi_agent_runs_status_total",
            "Changes of agent runs into a status, each counted once",
            ["status"],
            registry=registry,
        )
        self._durations = Histogram(
            "drovi_agent_run_duration_seconds",
            "Time from start to end of an agent run, without the time spent waiting for an approval",
            ["status"],
            buckets=DURATION_BUCKETS,
            registry=registry,
        )
        self._backlog = Gauge(
            "drovi_agent_approval_backlog",
            "Undecided approvals of an organisation, escalated ones included, read from the store at each scrape",
            ["organization_id"],
            registry=registry,
        )
        self._drift = Gauge(
            "drovi_agent_quality_drift_score",
            "How far a role's quality has drifted, 0 none to 1 worst; absent until enough runs have been scored",
            ["organization_id", "role_scope"],
            registry=registry,
        )
        for status in STATUSES:
            self._runs.labels(status)
        for status in FINAL:
            self._durations.labels(status)

    def observe(self, event: Event) -> None:
        """Move what the event moves."""
        match event:
            case RunStarted():
                self._runs.labels(RunState.RUNNING).inc()
            case RunWaiting():
                self._runs.labels(RunState.WAITING_APPROVAL).inc()
            case RunCompleted(worked=worked):
                self._ended(RunState.COMPLETED, worked)
            case RunFailed(worked=worked):
                self._ended(RunState.FAILED, worked)
            case RunCancelled(worked=worked):
                self._ended(RunState.CANCELLED, worked)
            case _:
                pass  # the other events move nothing here

    def show(self, snapshot: Snapshot) -> None:
        """Set every gauge; organisations and roles that are gone are gone."""
        self._backlog.clear()
        self._drift.clear()
        for organization, waiting in sorted(snapshot.backlog.items(), key=lambda each: -each[1])[:ORGANIZATIONS]:
            self._backlog.labels(organization).set(waiting)
        for (organization, role), score in sorted(snapshot.drift.items(), key=lambda each: -each[1])[:ROLES]:
            self._drift.labels(organization, role).set(score)

    def _ended(self, status: RunState, worked: timedelta | None) -> None:
        self._runs.labels(status).inc()
        if worked is not None:
            self._durations.labels(status).observe(worked.total_seconds())
