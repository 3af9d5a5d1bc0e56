"""`/api/reliability` and `/api/metrics`: the bot's own objectives in JSON."""

from typing import Final

from agent.adapters.http.counts import COUNTS, counts
from agent.adapters.http.route import Call, Parameter, Reply, Route
from agent.adapters.http.shapes import FLAG, INTEGER, NUMBER, Json, Schema, between, record, words
from agent.domain.alert import AlertState, Severity
from agent.domain.reliability import WINDOW, Standing
from agent.services.alerts import HookRules
from agent.services.queries import ReliabilityReport, reliability_report

LEAST: Final = 10
MOST: Final = 5000

ALERT_COUNTERS: Final[Schema] = record(
    "AlertCounters",
    {
        "enabled": FLAG,
        "min_severity": words(Severity),
        "dedup_window_sec": INTEGER,
        "max_retries": INTEGER,
        "queued_dead_letters": INTEGER,
        "dropped_by_threshold": INTEGER,
        "dropped_by_dedup": INTEGER,
    },
)
RELIABILITY: Final[Schema] = record(
    "Reliability",
    {
        "status": words(Standing),
        "window_runs": INTEGER,
        "completed_runs": INTEGER,
        "failed_runs": INTEGER,
        "total_runs": {**INTEGER, "description": "all runs there are, not only the window's"},
        "failure_rate": {**NUMBER, "minimum": 0, "maximum": 1},
        "latency_p95_sec": {**NUMBER, "minimum": 0},
        "recovery_events": INTEGER,
        "alerts_enabled": FLAG,
        "alerts": ALERT_COUNTERS,
    },
)


async def show(call: Call) -> Reply:
    """The newest finished runs, measured."""
    async with call.desk.journal.store.reading() as records:
        report = await reliability_report(records, call.query["limit"])
    return Reply(reliability_json(report, call.desk.hook))


async def count(call: Call) -> Reply:
    """How many runs there are in which state."""
    async with call.desk.journal.store.reading() as records:
        runs = await records.runs.count_by_state()
    return Reply(counts(runs))


def reliability_json(report: ReliabilityReport, hook: HookRules) -> Json:
    """The documented fields."""
    window = report.window
    return {
        "status": window.standing,
        "window_runs": window.window_runs,
        "completed_runs": window.completed_runs,
        "failed_runs": window.failed_runs,
        "total_runs": sum(report.runs.values()),
        "failure_rate": round(window.failure_rate, 4),
        "latency_p95_sec": round(window.latency_p95_sec, 4),
        "recovery_events": report.recovery_events,
        "alerts_enabled": hook.enabled,
        "alerts": {
            "enabled": hook.enabled,
            "min_severity": hook.least,
            "dedup_window_sec": int(hook.window.total_seconds()),
            "max_retries": hook.retries,
            "queued_dead_letters": report.alerts[AlertState.DEAD_LETTER],
            "dropped_by_threshold": report.alerts[AlertState.DROPPED_THRESHOLD],
            "dropped_by_dedup": report.alerts[AlertState.DROPPED_DEDUP],
        },
    }


_LIMIT: Final = Parameter("limit", between(LEAST, MOST, WINDOW), "how many of the newest finished runs count")
ROUTES: Final = (
    Route(
        method="GET",
        path="/api/reliability",
        summary="Failure rate, latency and alert counters over the newest finished runs",
        handler=show,
        tag="reliability",
        parameters=(_LIMIT,),
        answer=RELIABILITY,
    ),
    Route(
        method="GET",
        path="/api/metrics",
        summary="How many runs there are in which state",
        handler=count,
        tag="reliability",
        answer=COUNTS,
    ),
)
