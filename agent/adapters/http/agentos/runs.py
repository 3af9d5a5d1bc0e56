"""Runs in the words of AgentOS: listed, shown, cancelled and killed."""

from typing import Final

from agent.adapters.http.agentos.common import OF_ORGANIZATION, ORGANIZATION, PREFIX, TAG, require_own
from agent.adapters.http.finding import run_of
from agent.adapters.http.route import WRITE, Call, Parameter, Reply, Route
from agent.adapters.http.shapes import (
    FLAG,
    INTEGER,
    MOMENT,
    TEXT,
    Json,
    Schema,
    between,
    many,
    moment,
    moment_or_null,
    or_null,
    record,
    text,
    words,
)
from agent.domain.audit import API
from agent.domain.run import Run, RunState

MOST: Final = 100
RUN: Final[Schema] = record(
    "AgentRun",
    {
        "id": TEXT,
        "organization_id": TEXT,
        "deployment_id": TEXT,
        "status": words(RunState),
        "initiated_by": {**INTEGER, "description": "the Telegram user, or 0 for the API"},
        "failure_reason": TEXT,
        "started_at": or_null(MOMENT),
        "completed_at": or_null(MOMENT),
        "created_at": MOMENT,
    },
)
ENDING: Final[Schema] = record(
    "RunEnding",
    {
        "run_id": TEXT,
        "status": {**words(RunState), "description": "`running` while its processes are being ended"},
        "workflow_id": TEXT,
        "accepted": FLAG,
    },
)
_REASON: Final[Schema] = record(
    "RunEndingWish", {"organization_id": ORGANIZATION, "reason": text(500)}, optional=("organization_id", "reason")
)


async def listing(call: Call) -> Reply:
    """The newest first."""
    organization = require_own(call)
    async with call.desk.journal.store.reading() as records:
        found = await records.runs.listing(call.query["limit"])
    return Reply([_run(each, organization) for each in found])


async def show(call: Call) -> Reply:
    """One run."""
    organization = require_own(call)
    async with call.desk.journal.store.reading() as records:
        return Reply(_run(await run_of(records, call.path["id"]), organization))


async def end(call: Call) -> Reply:
    """End it: TERM to its whole process group, KILL after the grace period. Cancelling and killing are the same."""
    require_own(call)
    async with call.desk.journal.writing() as writing:
        run = await call.desk.runs.cancel(writing, call.path["id"], API)
        if call.body.get("reason"):
            await writing.audit(API, "run.reason", run.id, call.body["reason"])
    return Reply({"run_id": run.id, "status": run.state, "workflow_id": f"agent-run:{run.id}", "accepted": True})


def _run(run: Run, organization: str) -> Json:
    return {
        "id": run.id,
        "organization_id": organization,
        "deployment_id": run.profile,
        "status": run.state,
        "initiated_by": run.requested_by,
        "failure_reason": run.detail,
        "started_at": moment_or_null(run.started_at),
        "completed_at": moment_or_null(run.finished_at),
        "created_at": moment(run.created_at),
    }


def _ending(word: str) -> Route:
    return Route(
        method="POST",
        path=f"{PREFIX}/runs/{{id}}/{word}",
        summary=f"{word.capitalize()} a run",
        handler=end,
        tag=TAG,
        scopes=WRITE,
        body=_REASON,
        answer=ENDING,
    )


ROUTES: Final = (
    Route(
        method="GET",
        path=f"{PREFIX}/runs",
        summary="The newest runs",
        handler=listing,
        tag=TAG,
        parameters=(OF_ORGANIZATION, Parameter("limit", between(1, MOST, 20), "how many")),
        answer=many(RUN),
    ),
    Route(
        method="GET",
        path=f"{PREFIX}/runs/{{id}}",
        summary="One run",
        handler=show,
        tag=TAG,
        parameters=(OF_ORGANIZATION,),
        answer=RUN,
    ),
    _ending("cancel"),
    _ending("kill"),
)
