"""The 32 documented alerts, transcribed by hand from the five documents.

Nothing here is derived from `slo.yaml`: this table is the second opinion that holds the rendered rules to the
documents. Numbers stand in the unit that a rule compares in: seconds, bytes, a ratio, events per second, or
the unit that the metric carries in its name (`_ms`).

Every row quotes where its numbers come from. What the document leaves open comes from the rules that the
system itself publishes; such a source is written `published: <file>`. Those files are:

* `runtime-alert-rules.yaml`: `apps/runtime/deploy/monitoring/prometheus/` of OpenAgentsInc/openagents at
  9cd4408090, group `runtime.slo`. Every severity of document 2.
* `graf-mimir-rules.yaml`: `argocd/applications/observability/` of proompteng/lab at a7ffc258a3, group
  `codex-pipeline-observability.rules`. Every severity of document 4.
* `prometheus-alerts.yml`: `drovi-intelligence/deploy/observability/` of drovi-co/drovi at 490257f, group
  `drovi-intelligence`; the file that compose mounts. Every severity, `for` and window of document 5.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Final


class Comparison(StrEnum):
    """When the documented condition holds, as PromQL writes it."""

    ABOVE = ">"
    BELOW = "<"
    AT = "=="


class Severity(StrEnum):
    """critical pages, warning notifies, info only logs."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Measure(Enum):
    """What the number is a number of."""

    VALUE = "a gauge as it is"
    PER_SECOND = "events per second"
    EVENTS = "events within the window"
    SHARE = "one count over another"
    P95 = "the 95th percentile of a histogram"
    AGE = "seconds since a timestamp"
    STATE = "a state's number"
    DOWN = "a scrape target, or its absence"
    STALLED = "an input that advances while the output does not"


@dataclass(frozen=True, slots=True)
class Series:
    """A selection of series that the rule reads.

    Attributes:
        metric: the name as a rule writes it, `_bucket` and `_count` included.
        matchers: in PromQL, alternatives of a regular expression in alphabetical order.
        optional: matchers that the rule may add, because the published rule has them.
    """

    metric: str
    matchers: frozenset[str]
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Documented:
    """One alert as its document describes it.

    Attributes:
        document: file name of the document.
        heading: the heading above the alert.
        system: the system whose rule file holds it.
        number: the threshold; for a STATE or DOWN the state's number; for STALLED zero, the input's advance.
        lasts: the `for`; zero where there is none.
        reads: all series that the rule reads, no more and no fewer.
        window: the window that the document names, or None.
        published_window: where the document names none, the one of the published rule, or None.
        within: how soon after its onset the document expects the alert, or None.
        per: labels that the document's text names and the alert must therefore keep.
        quotes: where the numbers stand: line and words.
    """

    document: str
    heading: str
    system: str
    alert: str
    measure: Measure
    comparison: Comparison
    number: Decimal
    lasts: timedelta
    severity: Severity
    reads: tuple[Series, ...]
    quotes: tuple[str, ...]
    window: timedelta | None = None
    published_window: timedelta | None = None
    within: timedelta | None = None
    per: frozenset[str] = frozenset()


def series(metric: str, *matchers: str, optional: tuple[str, ...] = ()) -> Series:
    """A row's short way to write a `Series`."""
    return Series(metric, frozenset(matchers), frozenset(optional))


def minutes(count: int) -> timedelta:
    """A row's short way to write a duration."""
    return timedelta(minutes=count)


ABOVE, BELOW, AT = Comparison.ABOVE, Comparison.BELOW, Comparison.AT
CRITICAL, WARNING, INFO = Severity.CRITICAL, Severity.WARNING, Severity.INFO
AT_ONCE: Final = timedelta(0)

RELIABILITY = "1-reliability-ops-guide.md"
RUNTIME = "2-openagents-runtime-dashboards-and-alerts.md"
TELEVIBE = "3-televibecode-operations.md"
PIPELINE = "4-codex-pipeline-observability.md"
AGENTOS = "5-agentos-operations-runbook.md"

#: Labels that the runtime's tag policy forbids (document 2, Guardrails: "High-cardinality identifiers stay in
#: logs/traces, never metric labels"; published: `high_cardinality_tags/0` of `telemetry/metrics.ex`).
FORBIDDEN_LABELS: Final = (
    "run_id",
    "thread_id",
    "frame_id",
    "tool_call_id",
    "authorization_id",
    "lease_owner",
    "traceparent",
    "tracestate",
    "x_request_id",
    "seq",
    "cursor",
    "user_id",
    "guest_scope",
)
IDENTIFIER: Final = re.compile(rf"\b({'|'.join(FORBIDDEN_LABELS)})\b")

CODEX_BOT_ALERTS: Final = (
    Documented(
        document=RELIABILITY,
        heading="Alert Rules (Alertmanager-style)",
        system="codex-bot",
        alert="HighRunFailureRate",
        measure=Measure.VALUE,
        comparison=ABOVE,
        number=Decimal("0.20"),
        lasts=minutes(5),
        severity=WARNING,
        reads=(series("codex_bot_run_failure_rate"),),
        quotes=("lines 91-95: codex_bot_run_failure_rate > 0.20, for: 5m, severity: warning",),
    ),
    Documented(
        document=RELIABILITY,
        heading="Alert Rules (Alertmanager-style)",
        system="codex-bot",
        alert="CriticalRunFailureRate",
        measure=Measure.VALUE,
        comparison=ABOVE,
        number=Decimal("0.50"),
        lasts=minutes(2),
        severity=CRITICAL,
        reads=(series("codex_bot_run_failure_rate"),),
        quotes=("lines 96-100: codex_bot_run_failure_rate > 0.50, for: 2m, severity: critical",),
    ),
    Documented(
        document=RELIABILITY,
        heading="Alert Rules (Alertmanager-style)",
        system="codex-bot",
        alert="HighP95Latency",
        measure=Measure.VALUE,
        comparison=ABOVE,
        number=Decimal(45),
        lasts=minutes(5),
        severity=WARNING,
        reads=(series("codex_bot_run_latency_p95"),),
        quotes=("lines 101-105: codex_bot_run_latency_p95 > 45, for: 5m, severity: warning",),
    ),
)

RUNTIME_ALERTS: Final = (
    Documented(
        document=RUNTIME,
        heading="Executor latency",
        system="openagents-runtime",
        alert="OpenAgentsRuntimeExecutorLatencyP95High",
        measure=Measure.P95,
        comparison=ABOVE,
        number=Decimal(5000),
        lasts=minutes(10),
        severity=WARNING,
        reads=(series("openagents_runtime_executor_run_once_duration_ms_bucket"),),
        published_window=minutes(10),
        quotes=(
            "line 29: p95 `executor.run_once.duration_ms > 5000` for 10m",
            "published: runtime-alert-rules.yaml: warning, [10m]",
        ),
    ),
    Documented(
        document=RUNTIME,
        heading="HTTP 5xx rate",
        system="openagents-runtime",
        alert="OpenAgentsRuntimeHttp5xxRateHigh",
        measure=Measure.SHARE,
        comparison=ABOVE,
        number=Decimal("0.02"),
        lasts=minutes(10),
        severity=WARNING,
        reads=(
            series("phoenix_endpoint_stop_duration_count", 'status_class="5xx"'),
            series("phoenix_endpoint_stop_duration_count"),
        ),
        published_window=minutes(5),
        quotes=("line 38: 5xx ratio > 2% for 10m", "published: runtime-alert-rules.yaml: warning, [5m]"),
    ),
    Documented(
        document=RUNTIME,
        heading="Stream completion ratio",
        system="openagents-runtime",
        alert="OpenAgentsRuntimeStreamDoneRatioLow",
        measure=Measure.SHARE,
        comparison=BELOW,
        number=Decimal("0.95"),
        lasts=minutes(15),
        severity=WARNING,
        reads=(
            series("openagents_runtime_stream_emit_count", 'event_type="run.finished"', 'outcome="ok"'),
            series("openagents_runtime_stream_session_count"),
        ),
        published_window=minutes(10),
        quotes=(
            "line 47: `run.finished` emit/session ratio < 95% for 15m",
            "published: runtime-alert-rules.yaml: warning, [10m]",
        ),
    ),
    Documented(
        document=RUNTIME,
        heading="Lease steal rate",
        system="openagents-runtime",
        alert="OpenAgentsRuntimeLeaseStealRateHigh",
        measure=Measure.PER_SECOND,
        comparison=ABOVE,
        number=Decimal("0.05"),
        lasts=minutes(10),
        severity=WARNING,
        reads=(series("openagents_runtime_lease_operation_count", 'action="acquire"', 'result="stolen"'),),
        published_window=minutes(5),
        quotes=("line 56: steals > 0.05/s for 10m", "published: runtime-alert-rules.yaml: warning, [5m]"),
    ),
    Documented(
        document=RUNTIME,
        heading="Tool failure rate",
        system="openagents-runtime",
        alert="OpenAgentsRuntimeToolFailureSpike",
        measure=Measure.PER_SECOND,
        comparison=ABOVE,
        number=Decimal("0.2"),
        lasts=minutes(10),
        severity=WARNING,
        reads=(series("openagents_runtime_tool_lifecycle_count", 'phase="terminal"', 'result=~"failed|timeout"'),),
        published_window=minutes(5),
        quotes=(
            "line 65: terminal `failed|timeout` > 0.2/s for 10m",
            "published: runtime-alert-rules.yaml: warning, [5m]",
        ),
    ),
    Documented(
        document=RUNTIME,
        heading="Provider circuit breakers",
        system="openagents-runtime",
        alert="OpenAgentsRuntimeCircuitBreakerOpen",
        measure=Measure.STATE,
        comparison=AT,
        number=Decimal(1),
        lasts=minutes(5),
        severity=CRITICAL,
        reads=(series("openagents_runtime_provider_breaker_state", 'state="open"'),),
        quotes=(
            "line 74: any open breaker for 5m",
            "published: runtime-alert-rules.yaml: critical, no window",
        ),
    ),
    Documented(
        document=RUNTIME,
        heading="Spend/policy denial anomalies",
        system="openagents-runtime",
        alert="OpenAgentsRuntimePolicyDenialAnomaly",
        measure=Measure.SHARE,
        comparison=ABOVE,
        number=Decimal("0.05"),
        lasts=minutes(10),
        severity=WARNING,
        reads=(
            series("openagents_runtime_policy_decision_count", 'decision!="allowed"'),
            series("openagents_runtime_policy_decision_count"),
        ),
        published_window=minutes(10),
        quotes=(
            "line 83: non-allowed decisions > 5% for 10m",
            "published: runtime-alert-rules.yaml: warning, [10m]",
        ),
    ),
    Documented(
        document=RUNTIME,
        heading="Khala projection lag",
        system="openagents-runtime",
        alert="OpenAgentsRuntimeKhalaProjectionLagP95High",
        measure=Measure.P95,
        comparison=ABOVE,
        number=Decimal(25),
        lasts=minutes(10),
        severity=WARNING,
        reads=(series("openagents_runtime_khala_projection_lag_events_bucket", optional=('result="ok"',)),),
        window=minutes(10),
        quotes=(
            "line 92: p95 `khala.projection.lag_events > 25` for 10m",
            "line 21, SLO budgets: p95 projection lag <= 25 runtime events over a 10m window",
            'published: runtime-alert-rules.yaml: warning, {result="ok"}',
        ),
    ),
    Documented(
        document=RUNTIME,
        heading="Khala projection write failures",
        system="openagents-runtime",
        alert="OpenAgentsRuntimeKhalaProjectionWriteFailureRatioHigh",
        measure=Measure.SHARE,
        comparison=ABOVE,
        number=Decimal("0.01"),
        lasts=minutes(10),
        severity=CRITICAL,
        reads=(
            series("openagents_runtime_khala_projection_write_count", 'result="error"'),
            series("openagents_runtime_khala_projection_write_count", 'result!="skipped"'),
        ),
        window=minutes(10),
        quotes=(
            "line 101: write failure ratio > 1% for 10m",
            "line 22, SLO budgets: projection write failures <= 1% over a 10m window",
            "published: runtime-alert-rules.yaml: critical",
        ),
    ),
    Documented(
        document=RUNTIME,
        heading="Khala projection drift incidents",
        system="openagents-runtime",
        alert="OpenAgentsRuntimeKhalaProjectionDriftIncidentsHigh",
        measure=Measure.EVENTS,
        comparison=ABOVE,
        number=Decimal(3),
        lasts=AT_ONCE,
        severity=WARNING,
        reads=(series("openagents_runtime_khala_projection_drift_count"),),
        window=minutes(10),
        per=frozenset({"instance"}),
        quotes=(
            "line 110: drift incidents > 3 over 10m (no `for`)",
            "line 23, SLO budgets: <= 3 drift incidents per 10m per service shard",
            "published: runtime-alert-rules.yaml: warning",
        ),
    ),
    Documented(
        document=RUNTIME,
        heading="Khala projection hash mismatch",
        system="openagents-runtime",
        alert="OpenAgentsRuntimeKhalaProjectionHashMismatchDetected",
        measure=Measure.EVENTS,
        comparison=ABOVE,
        number=Decimal(0),
        lasts=AT_ONCE,
        severity=CRITICAL,
        reads=(
            series(
                "openagents_runtime_khala_projection_drift_count",
                'reason_class=~"hash_and_lag_drift|summary_hash_mismatch"',
            ),
        ),
        window=minutes(10),
        quotes=(
            "line 119: any `summary_hash_mismatch` or `hash_and_lag_drift` incident in 10m (no `for`)",
            "line 121: treat as critical replay determinism signal",
            "published: runtime-alert-rules.yaml: critical",
        ),
    ),
    Documented(
        document=RUNTIME,
        heading="Khala projection replay failures",
        system="openagents-runtime",
        alert="OpenAgentsRuntimeKhalaProjectionReplayFailures",
        measure=Measure.EVENTS,
        comparison=ABOVE,
        number=Decimal(0),
        lasts=AT_ONCE,
        severity=CRITICAL,
        reads=(series("openagents_runtime_khala_projection_replay_count", 'result="error"'),),
        window=minutes(15),
        quotes=(
            "line 129: any replay error in 15m (no `for`)",
            "line 24, SLO budgets: zero replay failures in a rolling 15m window",
            "published: runtime-alert-rules.yaml: critical",
        ),
    ),
    Documented(
        document=RUNTIME,
        heading="Khala token mint failures",
        system="openagents-runtime",
        alert="OpenAgentsKhalaTokenMintFailureRatioHigh",
        measure=Measure.SHARE,
        comparison=ABOVE,
        number=Decimal("0.01"),
        lasts=minutes(15),
        severity=WARNING,
        reads=(
            series("openagents_laravel_khala_token_mint_total", 'result="error"'),
            series("openagents_laravel_khala_token_mint_total"),
        ),
        published_window=minutes(10),
        quotes=(
            "line 138: token mint failure ratio > 1% for 15m",
            'published: runtime-alert-rules.yaml: warning, {result="error"}[10m]',
        ),
    ),
)

TELEVIBE_ALERTS: Final = (
    Documented(
        document=TELEVIBE,
        heading="Alerting Rules",
        system="televibe",
        alert="OrchestratorDown",
        measure=Measure.DOWN,
        comparison=AT,
        number=Decimal(0),
        lasts=minutes(1),
        severity=CRITICAL,
        reads=(series("up", 'job="televibe-orchestrator"'),),
        quotes=('lines 315-320: up{job="televibe-orchestrator"} == 0, for: 1m, severity: critical',),
    ),
    Documented(
        document=TELEVIBE,
        heading="Alerting Rules",
        system="televibe",
        alert="DatabaseCorruption",
        measure=Measure.STATE,
        comparison=AT,
        number=Decimal(0),
        lasts=AT_ONCE,
        severity=CRITICAL,
        reads=(series("televibe_health_check", 'check="database"'),),
        quotes=('lines 322-327: televibe_health_check{check="database"} == 0, for: 0s, severity: critical',),
    ),
    Documented(
        document=TELEVIBE,
        heading="Alerting Rules",
        system="televibe",
        alert="JobStuckRunning",
        measure=Measure.AGE,
        comparison=ABOVE,
        number=Decimal(3600),
        lasts=minutes(5),
        severity=WARNING,
        reads=(series("televibe_job_start_timestamp"),),
        per=frozenset({"job_id"}),
        quotes=(
            "lines 330-337: (time() - televibe_job_start_timestamp) > 3600, for: 5m, severity: warning",
            "line 337: Job {{ $labels.job_id }} has been running for over 1 hour",
        ),
    ),
    Documented(
        document=TELEVIBE,
        heading="Alerting Rules",
        system="televibe",
        alert="HighApprovalBacklog",
        measure=Measure.VALUE,
        comparison=ABOVE,
        number=Decimal(5),
        lasts=minutes(30),
        severity=WARNING,
        reads=(series("televibe_approvals_pending"),),
        quotes=("lines 339-344: televibe_approvals_pending > 5, for: 30m, severity: warning",),
    ),
    Documented(
        document=TELEVIBE,
        heading="Alerting Rules",
        system="televibe",
        alert="CircuitBreakerOpen",
        measure=Measure.STATE,
        comparison=AT,
        number=Decimal(0),
        lasts=minutes(5),
        severity=WARNING,
        reads=(series("televibe_circuit_breaker_state"),),
        per=frozenset({"name"}),
        quotes=(
            "lines 346-351: televibe_circuit_breaker_state == 0, for: 5m, severity: warning",
            "line 351: Circuit breaker {{ $labels.name }} has been open for 5 minutes",
        ),
    ),
    Documented(
        document=TELEVIBE,
        heading="Alerting Rules",
        system="televibe",
        alert="DiskSpaceLow",
        measure=Measure.VALUE,
        comparison=BELOW,
        number=Decimal("5e9"),
        lasts=minutes(10),
        severity=WARNING,
        reads=(series("node_filesystem_avail_bytes", 'mountpoint="/projects"'),),
        quotes=(
            'lines 353-358: node_filesystem_avail_bytes{mountpoint="/projects"} < 5e9, for: 10m, severity: warning',
        ),
    ),
    Documented(
        document=TELEVIBE,
        heading="Alerting Rules",
        system="televibe",
        alert="HighJobFailureRate",
        measure=Measure.SHARE,
        comparison=ABOVE,
        number=Decimal("0.2"),
        lasts=minutes(15),
        severity=WARNING,
        reads=(series("televibe_jobs_total", 'status="failed"'), series("televibe_jobs_total")),
        window=timedelta(hours=1),
        quotes=(
            (
                'lines 360-367: rate(televibe_jobs_total{status="failed"}[1h]) / rate(televibe_jobs_total[1h])'
                " > 0.2, for: 15m, severity: warning"
            ),
            "line 367: More than 20% of jobs failing in the last hour",
        ),
    ),
    Documented(
        document=TELEVIBE,
        heading="Alerting Rules",
        system="televibe",
        alert="SessionLongIdle",
        measure=Measure.AGE,
        comparison=ABOVE,
        number=Decimal(86400),
        lasts=AT_ONCE,
        severity=INFO,
        reads=(series("televibe_session_last_activity_timestamp"),),
        per=frozenset({"session_id"}),
        quotes=(
            "lines 370-377: (time() - televibe_session_last_activity_timestamp) > 86400, for: 0s, severity: info",
            "line 377: Session {{ $labels.session_id }} has been idle for over 24 hours",
        ),
    ),
)

PIPELINE_ALERTS: Final = (
    Documented(
        document=PIPELINE,
        heading="Alert thresholds",
        system="codex-pipeline",
        alert="CodexKafkaCompletionsLagHigh",
        measure=Measure.VALUE,
        comparison=ABOVE,
        number=Decimal(1000),
        lasts=minutes(15),
        severity=WARNING,
        reads=(
            series(
                "kafka_consumergroup_lag_sum",
                'consumergroup="jangar-codex-completions"',
                'topic="argo.workflows.completions"',
            ),
        ),
        within=minutes(15),
        quotes=(
            "line 31: `> 1000` messages lag for 15 minutes",
            "line 51: lag + stalled-ingest alerts fire after 10-15 minutes",
            "published: graf-mimir-rules.yaml: warning, no window",
        ),
    ),
    Documented(
        document=PIPELINE,
        heading="Alert thresholds",
        system="codex-pipeline",
        alert="CodexNatsAgentCommsLagHigh",
        measure=Measure.VALUE,
        comparison=ABOVE,
        number=Decimal(1000),
        lasts=minutes(15),
        severity=WARNING,
        reads=(
            series(
                "jetstream_consumer_num_pending",
                'consumer_name="jangar-agent-comms"',
                'is_consumer_leader="true"',
                'stream_name="agent-comms"',
            ),
        ),
        within=minutes(15),
        quotes=(
            "line 32: `> 1000` pending JetStream messages for 15 minutes",
            "line 51: lag + stalled-ingest alerts fire after 10-15 minutes",
            "published: graf-mimir-rules.yaml: warning, no window",
        ),
    ),
    Documented(
        document=PIPELINE,
        heading="Alert thresholds",
        system="codex-pipeline",
        alert="CodexJangarAgentCommsStalled",
        measure=Measure.STALLED,
        comparison=ABOVE,
        number=Decimal(0),
        lasts=minutes(10),
        severity=WARNING,
        reads=(
            series("jetstream_stream_last_seq", 'is_stream_leader="true"', 'stream_name="agent-comms"'),
            series("jangar_agent_comms_inserted_total"),
        ),
        # The published window of 10m on top of 10m of `for` takes 20 minutes; line 51 rules that out.
        within=minutes(15),
        quotes=(
            "line 33: JetStream stream advancing but zero inserts for 10 minutes",
            "line 51: lag + stalled-ingest alerts fire after 10-15 minutes",
            "published: graf-mimir-rules.yaml: warning, for: 10m",
        ),
    ),
    Documented(
        document=PIPELINE,
        heading="Alert thresholds",
        system="codex-pipeline",
        alert="CodexJangarSseErrorRate",
        measure=Measure.PER_SECOND,
        comparison=ABOVE,
        number=Decimal("0.05"),
        lasts=minutes(10),
        severity=WARNING,
        # Reasons of the client count too: line 53 provokes the alert with "invalid request, disconnects".
        reads=(series("jangar_sse_errors_total"),),
        published_window=minutes(10),
        quotes=(
            "line 34: SSE errors exceed `0.05/sec` for 10 minutes",
            "published: graf-mimir-rules.yaml: warning, [10m]",
        ),
    ),
)

AGENTOS_ALERTS: Final = (
    Documented(
        document=AGENTOS,
        heading="Primary SLOs",
        system="agentos",
        alert="DroviAgentRunSuccessRateLow",
        measure=Measure.SHARE,
        comparison=BELOW,
        number=Decimal("0.90"),
        lasts=minutes(15),
        severity=WARNING,
        reads=(
            series("drovi_agent_runs_status_total", 'status="completed"'),
            series("drovi_agent_runs_status_total", 'status=~"cancelled|completed|failed"'),
        ),
        published_window=minutes(15),
        quotes=(
            "line 7: Agent run success rate >= 90% (`drovi_agent_runs_status_total`)",
            "published: prometheus-alerts.yml: < 0.90, for: 15m, warning, [15m], over completed|failed|cancelled",
        ),
    ),
    Documented(
        document=AGENTOS,
        heading="Primary SLOs",
        system="agentos",
        alert="DroviAgentRunLatencyP95High",
        measure=Measure.P95,
        comparison=ABOVE,
        number=Decimal(120),
        lasts=minutes(10),
        severity=WARNING,
        reads=(
            series(
                "drovi_agent_run_duration_seconds_bucket",
                optional=('status=~"cancelled|completed|failed"',),
            ),
        ),
        published_window=minutes(15),
        quotes=(
            "line 8: Agent run p95 latency < 120s (`drovi_agent_run_duration_seconds`)",
            "published: prometheus-alerts.yml: > 120, for: 10m, warning, {status=~completed|failed|cancelled}[15m]",
        ),
    ),
    Documented(
        document=AGENTOS,
        heading="Primary SLOs",
        system="agentos",
        alert="DroviAgentApprovalBacklogHigh",
        measure=Measure.VALUE,
        comparison=ABOVE,
        number=Decimal(20),
        lasts=minutes(10),
        severity=WARNING,
        reads=(series("drovi_agent_approval_backlog"),),
        per=frozenset({"organization_id"}),
        quotes=(
            "line 9: Approval backlog < 20 pending per org (`drovi_agent_approval_backlog`)",
            "published: prometheus-alerts.yml: max by (organization_id) > 20, for: 10m, warning",
        ),
    ),
    Documented(
        document=AGENTOS,
        heading="Primary SLOs",
        system="agentos",
        alert="DroviAgentQualityDriftHigh",
        measure=Measure.VALUE,
        comparison=ABOVE,
        number=Decimal("0.8"),
        lasts=minutes(20),
        severity=WARNING,
        reads=(series("drovi_agent_quality_drift_score"),),
        per=frozenset({"organization_id", "role_scope"}),
        quotes=(
            "line 10: Quality drift score < 0.8 (`drovi_agent_quality_drift_score`)",
            "line 81, Recovery Exit Criteria: drift score below 0.8 for impacted role scopes",
            "published: prometheus-alerts.yml: max by (organization_id, role_scope) > 0.80, for: 20m, warning",
        ),
    ),
)

DOCUMENTED: Final = CODEX_BOT_ALERTS + RUNTIME_ALERTS + TELEVIBE_ALERTS + PIPELINE_ALERTS + AGENTOS_ALERTS
