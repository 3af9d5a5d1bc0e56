"""Quality: feedback and evaluations in, drift and recommendations out."""

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
from agent.adapters.http.agentos.quality_json import (
    CASE,
    EVALUATED,
    RECOMMENDATION,
    STANDING,
    THRESHOLDS,
    case_of,
    evaluated_json,
    recommendation_jsons,
    standing_json,
)
from agent.adapters.http.finding import run_of
from agent.adapters.http.route import WRITE, Call, Reply, Route
from agent.adapters.http.shapes import FLAG, NUMBER, TEXT, Schema, between, many, or_null, record, text
from agent.domain.audit import API
from agent.domain.evaluation import Thresholds
from agent.services.quality import DAYS

MOST_CASES: Final = 1000
_SHARE: Final[Schema] = {**NUMBER, "minimum": 0, "maximum": 1}

_FEEDBACK: Final[Schema] = record(
    "RunFeedback",
    {
        "organization_id": ORGANIZATION,
        "run_id": text(64, 1),
        "accepted": FLAG,
        "score": {**or_null(_SHARE), "description": "how good it was, 0 to 1"},
    },
    optional=("organization_id", "score"),
)
FEEDBACK: Final[Schema] = record("RunFeedbackKept", {"run_id": TEXT, "role_scope": TEXT, "accepted": FLAG})
_SUITE: Final[Schema] = record(
    "OfflineEvaluationWish",
    {
        "organization_id": ORGANIZATION,
        "suite_name": text(200, 1),
        "deployment_id": ROLE,
        "cases": {**many(CASE, MOST_CASES), "minItems": 1},
        "persist_results": {**FLAG, "default": True},
        "thresholds": or_null(THRESHOLDS),
        "metadata": METADATA,
    },
    optional=("organization_id", "deployment_id", "persist_results", "thresholds", "metadata"),
)
_RECOMMENDATION: Final[Schema] = record(
    "RecommendationWish",
    {
        "organization_id": ORGANIZATION,
        "role_id": ROLE,
        "deployment_id": ROLE,
        "lookback_days": between(1, 90, DAYS),
    },
    optional=("organization_id", "role_id", "deployment_id", "lookback_days"),
)


async def feedback(call: Call) -> Reply:
    """What a person thinks of a run."""
    require_own(call)
    body = call.body
    async with call.desk.journal.writing() as writing:
        run = await run_of(writing.records, body["run_id"])
        await call.desk.quality.feedback(writing, run, accepted=body["accepted"], score=body.get("score"), by=API)
    return Reply({"run_id": run.id, "role_scope": run.profile, "accepted": body["accepted"]}, 201)


async def trends(call: Call) -> Reply:
    """How each role stands."""
    organization = require_own(call)
    async with call.desk.journal.store.reading() as records:
        found = await call.desk.quality.standings(records, call.desk.journal.clock.now())
    return Reply([standing_json(each, organization) for each in found])


async def evaluate_suite(call: Call) -> Reply:
    """Assess cases that were tried elsewhere, and keep them as judgements."""
    organization, role, body = require_own(call), role_of(call), call.body
    cases = [case_of(each) for each in body["cases"]]
    thresholds = Thresholds(**(body.get("thresholds") or {}))
    async with call.desk.journal.writing() as writing:
        found = await call.desk.quality.evaluate(
            writing, cases, thresholds, role=role, keep=body.get("persist_results", True), by=API
        )
    return Reply(evaluated_json(organization, role, body["suite_name"], len(cases), found))


async def recommend(call: Call) -> Reply:
    """What the judgements suggest. They are made anew at every call and nothing is kept."""
    organization, role, now = require_own(call), role_of(call), call.desk.journal.clock.now()
    days = int(call.body.get("lookback_days", DAYS))
    async with call.desk.journal.store.reading() as records:
        found = await call.desk.quality.standings(records, now, days)
    chosen = [each for each in found if role in {"", each.role_scope}]
    return Reply([each for standing in chosen for each in recommendation_jsons(standing, organization)])


def _suite(path: str) -> Route:
    return Route(
        method="POST",
        path=f"{PREFIX}/quality/{path}",
        summary="Assess the cases of an evaluation suite",
        handler=evaluate_suite,
        tag=TAG,
        scopes=WRITE,
        body=_SUITE,
        answer=EVALUATED,
    )


ROUTES: Final = (
    _suite("evals/offline/run"),
    _suite("offline-evals/run"),
    Route(
        method="POST",
        path=f"{PREFIX}/quality/recommendations/generate",
        summary="What the judgements suggest",
        handler=recommend,
        tag=TAG,
        scopes=WRITE,
        body=_RECOMMENDATION,
        answer=many(RECOMMENDATION),
    ),
    Route(
        method="GET",
        path=f"{PREFIX}/quality/recommendations",
        summary="What the judgements suggest",
        handler=recommend,
        tag=TAG,
        parameters=(OF_ORGANIZATION,),
        answer=many(RECOMMENDATION),
    ),
    Route(
        method="GET",
        path=f"{PREFIX}/quality/trends",
        summary="Drift and judgements by role",
        handler=trends,
        tag=TAG,
        parameters=(OF_ORGANIZATION,),
        answer=many(STANDING),
    ),
    Route(
        method="POST",
        path=f"{PREFIX}/quality/feedback",
        summary="What a person thinks of a run",
        handler=feedback,
        tag=TAG,
        scopes=WRITE,
        body=_FEEDBACK,
        answer=FEEDBACK,
        status=201,
    ),
)
