"""What the documents tell the on-call to do, as the technical terms that survive rewording.

Transcribed by hand from the numbered lists of the five documents: one tuple of terms per numbered item. Pages
are written in our own words, so only names, commands, numbers and stems of unavoidable words stand here, and
`a or b` where two ways to say it are one. A page has lost an item when it lacks one of the item's terms, in
any case and without back-ticks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from .documented import AGENTOS, PIPELINE, RELIABILITY, RUNTIME, TELEVIBE

Items: TypeAlias = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Procedure:
    """Steps that belong to no single alert.

    Attributes:
        items: terms of each numbered item; all of a procedure's items stand on one page.
        folder: where under monitoring/runbooks that page is; empty for anywhere.
    """

    document: str
    heading: str
    items: Items
    folder: str = ""


#: Document 2, the Action list under each alert's heading.
ACTIONS: Final[Mapping[str, Items]] = {
    "OpenAgentsRuntimeExecutorLatencyP95High": (
        ("provider", "timeout", "trace"),
        ("janitor", "queue", "lease"),
        ("tool",),
    ),
    "OpenAgentsRuntimeHttp5xxRateHigh": (
        ("endpoint", "trace"),
        ("LISTEN/NOTIFY",),
        ("deploy", "schema"),
    ),
    "OpenAgentsRuntimeStreamDoneRatioLow": (
        ("tail_timeout", "client_closed"),
        ("cursor", "terminal"),
        ("cancel", "disconnect"),
    ),
    "OpenAgentsRuntimeLeaseStealRateHigh": (
        ("pod", "restart"),
        ("expir", "progress"),
        ("janitor", "cooldown"),
    ),
    "OpenAgentsRuntimeToolFailureSpike": (
        ("tool", "provider"),
        ("health", "provider", "breaker"),
        ("timeout", "cancel"),
    ),
    "OpenAgentsRuntimeCircuitBreakerOpen": (
        ("provider", "incident or outage"),
        ("receipt", "fallback"),
        ("rollback",),
    ),
    "OpenAgentsRuntimePolicyDenialAnomaly": (
        ("budget_exhausted", "denied_"),
        ("authorization", "envelope", "limit"),
        ("loop", "delegated"),
    ),
    "OpenAgentsRuntimeKhalaProjectionLagP95High": (
        ("projector", "ingest or takes in"),
        ("sink", "lock", "checkpoint"),
        ("replay",),
    ),
    "OpenAgentsRuntimeKhalaProjectionWriteFailureRatioHigh": (
        ("khala_error", "sink_exception", "auth"),
        ("endpoint", "admin key"),
        ("mix runtime.khala.reproject",),
    ),
    "OpenAgentsRuntimeKhalaProjectionDriftIncidentsHigh": (
        ("summary_hash_mismatch", "projection_version_changed", "checkpoint_ahead"),
        ("version", "schema"),
        ("reproject", "converg"),
    ),
    "OpenAgentsRuntimeKhalaProjectionHashMismatchDetected": (
        ("determinism", "rollout"),
        ("codex_worker",),
        ("reproject", "converg"),
        ("escalat", "compatib"),
    ),
    "OpenAgentsRuntimeKhalaProjectionReplayFailures": (
        ("codex_worker",),
        ("checkpoint", "sequence"),
        ("escalat", "promotion"),
    ),
    "OpenAgentsKhalaTokenMintFailureRatioHigh": (
        ("/api/khala/token", "POST /api or -X POST", "session"),
        ("authz_denied", "signing_error", "upstream_unavailable"),
        ("rotation", "bridge"),
        ("subscription", "polling"),
    ),
}

PROCEDURES: Final = (
    Procedure(
        RELIABILITY,
        "Incident Handling",
        (
            ("/health", "/api/reliability"),
            ("artifact", "timeline"),
            ("recovery",),
            ("default", "halt", "approvals", "operators", "alert sink or alert hook"),
        ),
    ),
    Procedure(
        RUNTIME,
        "End-to-end request correlation walkthrough",
        (
            ("traceparent", "tracestate", "x-request-id"),
            ("Laravel",),
            ("runtime",),
            ("projection", "write"),
            ("Grafana or dashboard", "alerts"),
        ),
    ),
    Procedure(
        RUNTIME,
        "Parity failure class spikes",
        (
            ("class", "reason_class", "component"),
            ("policy", "loop", "network", "manifest", "workflow"),
            ("tools.network", "manifest_validation", "receipt"),
            ("OpenClaw", "drift report", "issue"),
        ),
    ),
    Procedure(
        RUNTIME,
        "Restart/Reconnect Chaos Rehearsal Gate",
        (("run-restart-reconnect-chaos-drills.sh", "promotion"),),
    ),
    Procedure(
        TELEVIBE,
        "Runbook: Job Stuck in Running State",
        (
            ("state.db or /api/runs/",),
            ("ps aux or ps -o", "claude"),
            ("tail -100 or tail -n 100",),
            ("kill -TERM",),
            ("sleep 30",),
            ("kill -KILL",),
            ("failed", "Manual termination"),
            ("idle",),
            ("network",),
            ("rate limit", "breaker"),
            ("cancel", "notify or tell"),
            ("Telegram or chat", "stuck"),
        ),
        folder="procedures",
    ),
    Procedure(
        TELEVIBE,
        "Runbook: Orchestrator Won't Start",
        (
            ("journalctl -u", "-n 100"),
            ("PRAGMA integrity_check",),
            ("df -h",),
            ("ls -la",),
            ("restore", "backup"),
            ("-mtime +7 -delete",),
            ("-mtime +30 -delete",),
            ("worktree prune",),
            ("chown -R",),
            ("30 minutes", "on-call"),
        ),
        folder="procedures",
    ),
    Procedure(
        TELEVIBE,
        "Recovery Procedure: from backup",
        (("stop",), ("corrupted",), ("backup",), ("integrity",), ("start",), ("sessions", "jobs")),
    ),
    Procedure(
        TELEVIBE,
        "Recovery Procedure: state reconstruction",
        (("repositor",), ("register",), ("worktree",), ("session",), ("history", "lost")),
    ),
    Procedure(
        TELEVIBE,
        "Recovery Procedure: workspace recovery",
        (("close", "session"), ("delete or remove", "worktree"), ("branch",)),
    ),
    Procedure(
        PIPELINE,
        "Validation: sync",
        (
            ("argocd app sync kafka", "argocd app sync nats"),
            ("argocd app sync observability", "argocd app sync jangar"),
        ),
    ),
    Procedure(
        PIPELINE,
        "Validation: see and simulate",
        (
            ("Codex Pipeline Observability", "panel"),
            ("pause", "consumer", "insert", "stall", "15 minutes"),
            ("invalid request", "disconnect or cut connections"),
        ),
    ),
    Procedure(
        AGENTOS,
        "Triage Checklist (First 10 Minutes)",
        (
            ("DroviAgentRunSuccessRateLow", "DroviAgentRunLatencyP95High"),
            ("DroviAgentApprovalBacklogHigh", "DroviAgentQualityDriftHigh"),
            ("docker compose ps", "drovi-intel-api", "drovi-temporal-worker", "--tail 200"),
            ("single org or one org", "deployment", "global or everybody"),
            ("emergency denylist",),
        ),
    ),
    Procedure(
        AGENTOS,
        "A. Runtime Degradation (High Failures/Latency)",
        (
            ("/api/v1/agents/deployments/", "rollback", "stable"),
            ("/api/v1/agents/triggers/", "is_enabled"),
            ("Temporal", "ingestion"),
        ),
    ),
    Procedure(
        AGENTOS,
        "B. Approval Backlog Growth",
        (("backup approver",), ("SLA or deadline", "inbox"), ("autonomy",)),
    ),
    Procedure(
        AGENTOS,
        "C. Quality Drift Event",
        (("promotion", "/api/v1/agents/quality/", "gates"), ("offline",), ("recommendation", "prompt")),
    ),
    Procedure(
        AGENTOS,
        "Rollback Procedure",
        (
            ("last known good or known to be good",),
            ("rollback", "status"),
            ("dispatch", "15 minutes", "drift"),
        ),
    ),
    Procedure(
        AGENTOS,
        "Failover Procedure",
        (
            ("drovi-intel-api",),
            ("drovi-temporal-worker",),
            ("Kafka", "drovi-worker"),
            ("Postgres", "read-only"),
        ),
    ),
    Procedure(
        AGENTOS,
        "Degraded Mode",
        (("L1", "recommend"), ("denylist",), ("evidence", "chat"), ("trigger", "scheduled")),
    ),
    Procedure(
        AGENTOS,
        "Recovery Exit Criteria",
        (("60 minutes", "critical"), ("90%", "120"), ("backlog",), ("drift", "0.8")),
    ),
    Procedure(
        AGENTOS,
        "Post-Incident",
        (("UTC",), ("root cause",), ("regression test",), ("runbook",)),
    ),
)
