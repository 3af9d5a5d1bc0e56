"""The dialect of the TeleVibeCode specification: `televibe_*`, which calls runs jobs.

Series per session and per job exist for open sessions and running jobs only, so many at most, and end with them.
"""

from datetime import timedelta
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from agent.domain.approval import ApprovalState, Scope
from agent.domain.breaker import BreakerName, level
from agent.domain.events import (
    ApprovalApproved,
    ApprovalDenied,
    ApprovalExpired,
    BreakerFailed,
    Event,
    EventName,
    MessageDelivered,
    RunCancelled,
    RunCompleted,
    RunFailed,
    SessionClosed,
    SessionCreated,
)
from agent.domain.session import ACTIVE
from agent.metrics.projects import ProjectLabels
from agent.services.health import Check
from agent.services.snapshot import RUNS, SESSIONS, Snapshot

SESSION_BUCKETS: Final = (60, 300, 900, 3600, 14400, 86400)
JOB_BUCKETS: Final = (10, 30, 60, 120, 300, 600, 1800, 3600)
RESPONSE_BUCKETS: Final = (10, 30, 60, 300, 900, 3600)
DELIVERY_BUCKETS: Final = (0.1, 0.5, 1, 2, 5, 10)
STATUSES: Final = ("done", "failed", "canceled")
RESULTS: Final = (ApprovalState.APPROVED, ApprovalState.DENIED, ApprovalState.EXPIRED)

EVENT_TYPES: Final = {
    EventName.AGENT_STARTED: "orchestrator.started",
    EventName.AGENT_STOPPED: "orchestrator.stopped",
    EventName.AGENT_ERRED: "orchestrator.error",
    EventName.PROJECT_REGISTERED: "project.registered",
    EventName.PROJECT_REMOVED: "project.removed",
    EventName.PROJECTS_SCANNED: "project.scanned",
    EventName.SESSION_CREATED: "session.created",
    EventName.SESSION_CHANGED: "session.state_changed",
    EventName.SESSION_READY: "session.workspace_ready",
    EventName.SESSION_CLOSED: "session.closed",
    EventName.SESSION_ERRED: "session.error",
    EventName.RUN_QUEUED: "job.queued",
    EventName.RUN_STARTED: "job.started",
    EventName.RUN_PROGRESSED: "job.progress",
    EventName.TOOL_STARTED: "job.tool_started",
    EventName.TOOL_COMPLETED: "job.tool_completed",
    EventName.TOOL_FAILED: "job.tool_completed",
    EventName.APPROVAL_REQUESTED: "job.approval_needed",
    EventName.APPROVAL_APPROVED: "job.approved",
    EventName.APPROVAL_DENIED: "job.denied",
    EventName.RUN_COMPLETED: "job.completed",
    EventName.RUN_FAILED: "job.failed",
    EventName.RUN_CANCELLED: "job.canceled",
}
"""Our events in the document's words; an approval that expired shows as the cancelled job that follows."""

HEALTH_CHECK: Final = "televibe_health_check"
HEALTH_CHECK_HELP: Final = "Result of the agent's own checks; database includes an integrity check, writes a real write"


class TeleVibeMetrics:
    """Sessions, jobs, approvals, events, breakers and sizes."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._projects = ProjectLabels()
        self._sessions = Counter(
            "televibe_sessions_total", "Sessions opened since the counter began", ["project_id"], registry=registry
        )
        self._active = Gauge(
            "televibe_sessions_active", "Open sessions by state", ["project_id", "state"], registry=registry
        )
        self._lifetimes = Histogram(
            "televibe_session_duration_seconds",
            "Lifetime of closed sessions",
            ["project_id"],
            buckets=SESSION_BUCKETS,
            registry=registry,
        )
        self._jobs = Counter(
            "televibe_jobs_total", "Jobs that ended, by how they ended", ["project_id", "status"], registry=registry
        )
        self._jobs_active = Gauge("televibe_jobs_active", "Jobs running now", ["project_id"], registry=registry)
        self._durations = Histogram(
            "televibe_job_duration_seconds",
            "Time from start to end of a job",
            ["project_id", "status"],
            buckets=JOB_BUCKETS,
            registry=registry,
        )
        self._queues = Gauge(
            "televibe_job_queue_size",
            "Jobs of an open session that wait to be started",
            ["session_id"],
            registry=registry,
        )
        self._approvals = Counter(
            "televibe_approvals_total",
            "Approval requests that were settled, by scope and result",
            ["scope", "result"],
            registry=registry,
        )
        self._pending = Gauge("televibe_approvals_pending", "Approval requests without an answer", registry=registry)
        self._responses = Histogram(
            "televibe_approval_response_seconds",
            "Time a human took to answer an approval request",
            ["scope"],
            buckets=RESPONSE_BUCKETS,
            registry=registry,
        )
        self._events = Counter(
            "televibe_events_total", "Events the agent has emitted", ["event_type"], registry=registry
        )
        self._deliveries = Histogram(
            "televibe_event_delivery_seconds",
            "Time from an event to its message being accepted by Telegram",
            ["event_type"],
            buckets=DELIVERY_BUCKETS,
            registry=registry,
        )
        self._breakers = Gauge(
            "televibe_circuit_breaker_state", "State of a circuit breaker", ["name"], registry=registry
        )
        self._breaker_failures = Counter(
            "televibe_circuit_breaker_failures_total",
            "Failures that a circuit breaker has counted",
            ["name"],
            registry=registry,
        )
        self._disk = Gauge(
            "televibe_workspace_disk_bytes",
            "Disk used by the worktree of an open session",
            ["session_id"],
            registry=registry,
        )
        self._logs = Gauge(
            "televibe_log_file_bytes", "Size of the log file of a running job", ["job_id"], registry=registry
        )
        self._checks = Gauge(
            HEALTH_CHECK,
            HEALTH_CHECK_HELP,
            ["check"],
            registry=registry,
        )
        self._starts = Gauge(
            "televibe_job_start_timestamp", "When a running job started", ["project_id", "job_id"], registry=registry
        )
        self._activity = Gauge(
            "televibe_session_last_activity_timestamp",
            "When an open session was last used",
            ["project_id", "session_id"],
            registry=registry,
        )
        self._create_children()

    def observe(self, event: Event) -> None:
        """Move what the event moves."""
        event_type = EVENT_TYPES.get(event.name)
        if event_type is not None:
            self._events.labels(event_type).inc()
        match event:
            case SessionCreated(project_id=project):
                self._sessions.labels(self._projects.label(project)).inc()
            case SessionClosed(project_id=project, lifetime=lifetime):
                self._lifetimes.labels(self._projects.label(project)).observe(lifetime.total_seconds())
            case RunCompleted(project_id=project, elapsed=elapsed):
                self._ended(project, "done", elapsed)
            case RunFailed(project_id=project, elapsed=elapsed):
                self._ended(project, "failed", elapsed)
            case RunCancelled(project_id=project, elapsed=elapsed):
                self._ended(project, "canceled", elapsed)
            case ApprovalApproved() | ApprovalDenied() | ApprovalExpired():
                self._settled(event)
            case MessageDelivered(cause=cause, delay=delay) if cause in EVENT_TYPES:
                self._deliveries.labels(EVENT_TYPES[EventName(cause)]).observe(delay.total_seconds())
            case BreakerFailed(breaker=breaker):
                self._breaker_failures.labels(breaker).inc()
            case _:
                pass  # the other events are only counted

    def show(self, snapshot: Snapshot) -> None:
        """Set every gauge; series of what has ended are gone."""
        for name, state in snapshot.breakers.items():
            self._breakers.labels(name).set(level(state))
        for check, ok in snapshot.checks.items():
            self._checks.labels(check).set(ok)
        self._pending.set(snapshot.approvals_pending)
        self._show_projects(snapshot)
        self._show_sessions(snapshot)
        self._show_jobs(snapshot)

    def _ended(self, project: str, status: str, elapsed: timedelta | None) -> None:
        labels = (self._projects.label(project), status)
        self._jobs.labels(*labels).inc()
        if elapsed is not None:
            self._durations.labels(*labels).observe(elapsed.total_seconds())

    def _settled(self, event: ApprovalApproved | ApprovalDenied | ApprovalExpired) -> None:
        answered: timedelta | None
        match event:
            case ApprovalApproved(answered_after=took):
                result, answered = ApprovalState.APPROVED, took
            case ApprovalDenied(answered_after=maybe):
                result, answered = ApprovalState.DENIED, maybe
            case ApprovalExpired():
                result, answered = ApprovalState.EXPIRED, None
        self._approvals.labels(event.scope, result).inc()
        if answered is not None:
            self._responses.labels(event.scope).observe(answered.total_seconds())

    def _show_projects(self, snapshot: Snapshot) -> None:
        for gauge in (self._active, self._jobs_active):
            gauge.clear()
        for project in snapshot.projects:
            label = self._projects.label(project.id)
            self._create_project(label)
            self._jobs_active.labels(label)
            for state in ACTIVE:
                self._active.labels(label, state)
        for session in snapshot.sessions:
            self._active.labels(self._projects.label(session.project_id), session.state).inc()
        for run in snapshot.running:
            self._jobs_active.labels(self._projects.label(run.project_id)).inc()

    def _show_sessions(self, snapshot: Snapshot) -> None:
        for gauge in (self._queues, self._disk, self._activity):
            gauge.clear()
        for session in snapshot.sessions[:SESSIONS]:
            project = self._projects.label(session.project_id)
            self._queues.labels(session.id).set(snapshot.queues.get(session.id, 0))
            self._disk.labels(session.id).set(snapshot.workspace_bytes.get(session.id, 0))
            self._activity.labels(project, session.id).set(session.last_activity_at.timestamp())

    def _show_jobs(self, snapshot: Snapshot) -> None:
        for gauge in (self._logs, self._starts):
            gauge.clear()
        for run in snapshot.running[:RUNS]:
            self._logs.labels(run.id).set(snapshot.log_bytes.get(run.id, 0))
            began = run.started_at or run.created_at
            self._starts.labels(self._projects.label(run.project_id), run.id).set(began.timestamp())

    def _create_project(self, label: str) -> None:
        self._sessions.labels(label)
        self._lifetimes.labels(label)
        for status in STATUSES:
            self._jobs.labels(label, status)
            self._durations.labels(label, status)

    def _create_children(self) -> None:
        for scope in Scope:
            self._responses.labels(scope)
            for result in RESULTS:
                self._approvals.labels(scope, result)
        for event_type in EVENT_TYPES.values():
            self._events.labels(event_type)
            self._deliveries.labels(event_type)
        for name in BreakerName:
            self._breaker_failures.labels(name)
            self._breakers.labels(name).set(1)
        for check in Check:
            self._checks.labels(check).set(1)
