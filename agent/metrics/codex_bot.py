"""The dialect of the Reliability Ops Guide: `codex_bot_*`."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import product
from typing import Final, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from agent.domain.alert import AlertState, Category
from agent.domain.error_codes import ErrorCode
from agent.domain.events import (
    AlertSettled,
    Event,
    IncidentAcked,
    IncidentUnheard,
    MessageDead,
    RecoveryNoted,
    RunCancelled,
    RunCompleted,
    RunFailed,
    TrailChecked,
)
from agent.domain.incident import IncidentSeverity
from agent.domain.outbox import Kind
from agent.domain.recovery import Stage
from agent.domain.run import FINAL, OPEN, RunState
from agent.services.snapshot import Snapshot

K = TypeVar("K", bound=StrEnum)

DURATION_BUCKETS: Final = (1, 2, 5, 10, 15, 30, 45, 60, 120, 300, 600, 1800, 3600)
TRAILS: Final = ("recorded", "missing")
OUTCOMES: Final = tuple(state for state in AlertState if state is not AlertState.PENDING)


class CodexBotMetrics:
    """What the bot promises, and what stands in the way of keeping it."""

    def __init__(self, registry: CollectorRegistry, *, started_at: datetime) -> None:
        self._failure_rate = Gauge(
            "codex_bot_run_failure_rate",
            "Share of failed runs among the newest 300 that completed or failed, 0 before the first one ends",
            registry=registry,
        )
        self._p95 = Gauge(
            "codex_bot_run_latency_p95",
            "Nearest-rank 95th percentile of run time over the same 300 runs, 0 before the first one ends",
            registry=registry,
        )
        self._runs = Counter(
            "codex_bot_runs_total", "Runs that ended, by how they ended", ["status"], registry=registry
        )
        self._durations = Histogram(
            "codex_bot_run_duration_seconds",
            "Run time from start to end, without the time spent waiting for an approval",
            ["status"],
            buckets=DURATION_BUCKETS,
            registry=registry,
        )
        self._active = Gauge(
            "codex_bot_runs_active", "Runs that have not ended, by state", ["state"], registry=registry
        )
        self._errors = Counter(
            "codex_bot_run_errors_total", "Runs that did not complete, by error code", ["error_code"], registry=registry
        )
        self._trails = Counter(
            "codex_bot_recovery_trails_total",
            "Failed runs by whether a recovery event was written for them",
            ["trail"],
            registry=registry,
        )
        self._recoveries = Counter(
            "codex_bot_recovery_events_total", "Recovery events by stage", ["event"], registry=registry
        )
        self._sessions = Gauge(
            "codex_bot_sessions_active", "Sessions that are open and not archived", registry=registry
        )
        self._approvals = Gauge("codex_bot_approvals_pending", "Approvals waiting for an answer", registry=registry)
        self._hook = Gauge(
            "codex_bot_alert_hook_state", "Whether an outgoing alert hook is configured", registry=registry
        )
        self._alerts = Counter(
            "codex_bot_alerts_total",
            "Outgoing alerts by category and by what became of them",
            ["category", "outcome"],
            registry=registry,
        )
        self._dead_letters = Gauge(
            "codex_bot_alert_dead_letters",
            "Outgoing alerts kept for another attempt after all retries failed",
            registry=registry,
        )
        self._outbox = Gauge(
            "codex_bot_outbox_messages", "Messages waiting to be sent to Telegram, by kind", ["kind"], registry=registry
        )
        self._outbox_age = Gauge(
            "codex_bot_outbox_oldest_age_seconds",
            "Age of the oldest message waiting to be sent to Telegram, 0 when none waits",
            registry=registry,
        )
        self._dead_messages = Counter(
            "codex_bot_outbox_dead_letters_total",
            "Messages given up because Telegram refused them for good, by kind",
            ["kind"],
            registry=registry,
        )
        self._incidents = Gauge(
            "codex_bot_incidents_open", "Incidents that still fire, by severity", ["severity"], registry=registry
        )
        self._unacknowledged = Gauge(
            "codex_bot_incidents_unacknowledged",
            "Incidents that fire and that nobody has acknowledged or silenced, by severity",
            ["severity"],
            registry=registry,
        )
        self._acks = Counter(
            "codex_bot_incident_acks_total",
            "Incidents acknowledged from the chat, by severity",
            ["severity"],
            registry=registry,
        )
        self._unheard = Counter(
            "codex_bot_incidents_unheard_total",
            "Incidents of which Telegram refused to tell anybody, by severity",
            ["severity"],
            registry=registry,
        )
        self._backup = Gauge(
            "codex_bot_backup_last_success_timestamp",
            "When the newest verified backup of the state database was finished, 0 when there is none",
            registry=registry,
        )
        self._start = Gauge("codex_bot_start_timestamp", "When this agent process started", registry=registry)
        self._memory = Gauge(
            "codex_bot_resident_memory_bytes",
            "Resident memory of the agent process, without the CLIs it runs",
            registry=registry,
        )
        self._start.set(started_at.timestamp())
        self._create_children()

    def observe(self, event: Event) -> None:
        """Move what the event moves."""
        match event:
            case RunCompleted(worked=worked):
                self._ended(RunState.COMPLETED, worked)
            case RunFailed(error=error, worked=worked):
                self._ended(RunState.FAILED, worked)
                self._errors.labels(error).inc()
            case RunCancelled(error=error, worked=worked):
                self._ended(RunState.CANCELLED, worked)
                self._errors.labels(error).inc()
            case RecoveryNoted(stage=stage):
                self._recoveries.labels(stage).inc()
            case TrailChecked(recorded=recorded):
                self._trails.labels(TRAILS[not recorded]).inc()
            case AlertSettled(category=category, outcome=outcome):
                self._alerts.labels(category, outcome).inc()
            case MessageDead(kind=kind):
                self._dead_messages.labels(kind).inc()
            case IncidentAcked(severity=severity):
                self._acks.labels(severity).inc()
            case IncidentUnheard(severity=severity):
                self._unheard.labels(severity).inc()
            case _:
                pass  # the other events move nothing here

    def show(self, snapshot: Snapshot) -> None:
        """Set every gauge."""
        self._failure_rate.set(snapshot.reliability.failure_rate)
        self._p95.set(snapshot.reliability.latency_p95_sec)
        self._sessions.set(len(snapshot.sessions))
        self._approvals.set(snapshot.approvals_pending)
        self._hook.set(snapshot.hook_enabled)
        self._dead_letters.set(snapshot.alerts[AlertState.DEAD_LETTER])
        self._outbox_age.set(snapshot.outbox_oldest_seconds)
        self._backup.set(snapshot.last_backup.timestamp() if snapshot.last_backup else 0)
        self._memory.set(snapshot.resident_bytes)
        _set(self._active, {state: snapshot.runs[state] for state in OPEN})
        _set(self._outbox, snapshot.outbox)
        _set(self._incidents, snapshot.incidents_open)
        _set(self._unacknowledged, snapshot.incidents_unacknowledged)

    def _ended(self, state: RunState, worked: timedelta | None) -> None:
        self._runs.labels(state).inc()
        if worked is not None:
            self._durations.labels(state).observe(worked.total_seconds())

    def _create_children(self) -> None:
        _create(self._runs, FINAL)
        _create(self._durations, FINAL)
        _create(self._dead_messages, Kind)
        _create(self._outbox, Kind)
        _create(self._acks, IncidentSeverity)
        _create(self._unheard, IncidentSeverity)
        _create(self._incidents, IncidentSeverity)
        _create(self._unacknowledged, IncidentSeverity)
        _create(self._errors, ErrorCode)
        _create(self._trails, TRAILS)
        _create(self._recoveries, Stage)
        _create(self._alerts, Category, OUTCOMES)
        _create(self._active, OPEN)


def _create(metric: Counter | Gauge | Histogram, *values: Iterable[str]) -> None:
    for labels in product(*values):
        metric.labels(*labels)


def _set(gauge: Gauge, values: Mapping[K, int]) -> None:
    for label, value in values.items():
        gauge.labels(label).set(value)
