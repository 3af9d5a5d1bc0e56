"""Regression gates: put up, shown, and asked what they say. A gate that blocks stops promotions."""

from typing import Final

from agent.adapters.http.agentos.common import (
    METADATA,
    OF_ORGANIZATION,
    ORGANIZATION,
    PREFIX,
    ROLE,
    TAG,
    require_own,
    role_of,
)
from agent.adapters.http.agentos.gate_json import GATE, JUDGED, gate_json, judged_json
from agent.adapters.http.route import WRITE, Call, Reply, Route
from agent.adapters.http.shapes import FLAG, MOMENT, NUMBER, TEXT, Schema, between, many, moment, or_null, record, words
from agent.domain.audit import API
from agent.domain.regression import Comparator, Gate, GateSeverity, Measure, Verdict
from agent.services.quality import ALL_ROLES

_GATE: Final[Schema] = record(
    "RegressionGateWish",
    {
        "organization_id": ORGANIZATION,
        "role_id": ROLE,
        "deployment_id": ROLE,
        "metric_name": words(Measure),
        "comparator": words(Comparator),
        "threshold": {**NUMBER, "minimum": -1, "maximum": 1},
        "lookback_days": between(1, 90, 14),
        "min_samples": between(1, 10_000, 10),
        "severity": {**words(GateSeverity), "default": GateSeverity.BLOCKER.value},
        "is_enabled": {**FLAG, "default": True},
        "metadata": METADATA,
    },
    optional=(
        "organization_id",
        "role_id",
        "deployment_id",
        "lookback_days",
        "min_samples",
        "severity",
        "is_enabled",
        "metadata",
    ),
)
_EVALUATION: Final[Schema] = record(
    "GateEvaluationWish",
    {
        "organization_id": ORGANIZATION,
        "role_id": ROLE,
        "deployment_id": ROLE,
        "only_enabled": {**FLAG, "default": True},
        "persist_events": {**FLAG, "default": False, "description": "note it in the audit trail"},
    },
    optional=("organization_id", "role_id", "deployment_id", "only_enabled", "persist_events"),
)
GATES_JUDGED: Final[Schema] = record(
    "GateEvaluations",
    {
        "organization_id": TEXT,
        "role_id": or_null(TEXT),
        "deployment_id": or_null(TEXT),
        "evaluated_at": MOMENT,
        "blocked": FLAG,
        "evaluations": many(JUDGED),
    },
)


async def gates(call: Call) -> Reply:
    """All gates."""
    organization = require_own(call)
    async with call.desk.journal.store.reading() as records:
        return Reply([gate_json(each, organization) for each in await call.desk.quality.gates(records)])


async def set_gate(call: Call) -> Reply:
    """Put up a gate; one about the same role, metric and comparator is replaced."""
    organization, role, body = require_own(call), role_of(call), call.body
    async with call.desk.journal.writing() as writing:
        gate = Gate(
            id=call.desk.ids.short(),
            role_scope=role,
            measure=Measure(body["metric_name"]),
            comparator=Comparator(body["comparator"]),
            threshold=float(body["threshold"]),
            lookback_days=int(body.get("lookback_days", 14)),
            min_samples=int(body.get("min_samples", 10)),
            severity=GateSeverity(body.get("severity", GateSeverity.BLOCKER)),
            enabled=body.get("is_enabled", True),
            created_at=writing.now,
        )
        await call.desk.quality.set_gate(writing, gate, by=API)
    return Reply(gate_json(gate, organization), 201)


async def evaluate_gates(call: Call) -> Reply:
    """What the gates say now."""
    organization, role, now = require_own(call), role_of(call), call.desk.journal.clock.now()
    async with call.desk.journal.store.reading() as records:
        found = await call.desk.quality.judged(
            records, now, role=role, only_enabled=call.body.get("only_enabled", True)
        )
    blocked = any(each.verdict is Verdict.BLOCK for each in found)
    if call.body.get("persist_events"):
        async with call.desk.journal.writing() as writing:
            noted = f"{len(found)} gates, {'blocked' if blocked else 'not blocked'}"
            await writing.audit(API, "quality.regression_gate.evaluated", role or ALL_ROLES, noted)
    return Reply(
        {
            "organization_id": organization,
            "role_id": role or None,
            "deployment_id": role or None,
            "evaluated_at": moment(now),
            "blocked": blocked,
            "evaluations": [judged_json(each) for each in found],
        }
    )


def _gates(path: str) -> tuple[Route, ...]:
    """The gates, under the address of the runbook and under that of the real API."""
    return (
        Route(
            method="GET",
            path=f"{PREFIX}/quality/{path}",
            summary="The regression gates",
            handler=gates,
            tag=TAG,
            parameters=(OF_ORGANIZATION,),
            answer=many(GATE),
        ),
        Route(
            method="POST",
            path=f"{PREFIX}/quality/{path}",
            summary="Put up a regression gate",
            handler=set_gate,
            tag=TAG,
            scopes=WRITE,
            body=_GATE,
            answer=GATE,
            status=201,
        ),
        Route(
            method="POST",
            path=f"{PREFIX}/quality/{path}/evaluate",
            summary="What the regression gates say now",
            handler=evaluate_gates,
            tag=TAG,
            scopes=WRITE,
            body=_EVALUATION,
            answer=GATES_JUDGED,
        ),
    )


ROUTES: Final = (*_gates("regression-gates"), *_gates("gates"))
