"""`/health` and the two probes, as documented. Nobody needs a key for them."""

from datetime import UTC
from typing import Final

from agent.adapters.http.counts import COUNTS, counts
from agent.adapters.http.reliability import RELIABILITY, reliability_json
from agent.adapters.http.route import OPEN, Call, Reply, Route
from agent.adapters.http.shapes import FLAG, INTEGER, TEXT, Json, Schema, record, words
from agent.domain.breaker import POLICIES, BreakerName, Closed, Open, State
from agent.domain.profile import DEFAULT
from agent.domain.reliability import WINDOW
from agent.services.health import Answer
from agent.services.queries import reliability_report

PROVIDER: Final[Schema] = record(
    "ProviderHealth",
    {
        "active_provider": {**TEXT, "description": "the profile that sessions start with"},
        "consecutive_failures": INTEGER,
        "circuit_open": FLAG,
        "circuit_open_until_unix": {**INTEGER, "description": "0 while the breaker is not open"},
    },
)
HEALTH: Final[Schema] = record(
    "Health",
    {
        "status": words(["ok"]),
        "provider_version": {**TEXT, "description": "this agent's version"},
        "provider_health": PROVIDER,
        "metrics": COUNTS,
        "reliability": RELIABILITY,
    },
)
_CHECK: Final[Schema] = {**TEXT, "description": "`ok`, or `failed: ` and why"}
READY: Final[Schema] = record(
    "Readiness",
    {
        "status": words(["ready", "not_ready"]),
        "checks": record("ReadinessChecks", {"database": _CHECK, "telegram": _CHECK, "repos": _CHECK}),
    },
)
ALIVE: Final[Schema] = record("Liveness", {"status": words(["alive", "dead"]), "reason": TEXT}, optional=("reason",))


async def show(call: Call) -> Reply:
    """The state in one answer, the reliability summary included."""
    desk = call.desk
    async with desk.journal.store.reading() as records:
        report = await reliability_report(records, WINDOW)
    return Reply(
        {
            "status": "ok",
            "provider_version": desk.version,
            "provider_health": _provider(desk.breakers.state(BreakerName.CLAUDE_CODE)),
            "metrics": counts(report.runs),
            "reliability": reliability_json(report, desk.hook),
        }
    )


async def live(call: Call) -> Reply:
    """Whether a supervisor should leave us alone."""
    return _as_reply(call.desk.health.live())


async def ready(call: Call) -> Reply:
    """Whether we can serve people. Alerts are taken in all the same."""
    return _as_reply(await call.desk.health.ready())


def _as_reply(answer: Answer) -> Reply:
    return Reply(answer.body, answer.status)


def _provider(state: State) -> Json:
    policy = POLICIES[BreakerName.CLAUDE_CODE]
    until = state.since + policy.open_for if isinstance(state, Open) else None
    failures = state.failures if isinstance(state, Closed) else policy.failures
    return {
        "active_provider": DEFAULT,
        "consecutive_failures": failures,
        "circuit_open": isinstance(state, Open),
        "circuit_open_until_unix": int(until.astimezone(UTC).timestamp()) if until else 0,
    }


ROUTES: Final = (
    Route(
        method="GET",
        path="/health",
        summary="The state in one answer",
        handler=show,
        tag="health",
        scopes=OPEN,
        answer=HEALTH,
    ),
    Route(
        method="GET",
        path="/health/live",
        summary="Liveness: is the event loop responsive?",
        handler=live,
        tag="health",
        scopes=OPEN,
        answer=ALIVE,
        probe=True,
    ),
    Route(
        method="GET",
        path="/health/ready",
        summary="Readiness: database, Telegram and repositories",
        handler=ready,
        tag="health",
        scopes=OPEN,
        answer=READY,
        probe=True,
    ),
)
