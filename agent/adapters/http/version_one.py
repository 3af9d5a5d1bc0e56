"""`/api/v1`: the same runs under the names and the narrower scopes of the documented version 1."""

from typing import Final

from agent.adapters.http import runs
from agent.adapters.http.finding import run_of
from agent.adapters.http.once import KEY, REPLAYED
from agent.adapters.http.route import READ, WRITE, Call, Reply, Route
from agent.adapters.http.run_json import RUN
from agent.adapters.http.shapes import FLAG, INTEGER, MOMENT, TEXT, Json, Schema, many, moment, record, words
from agent.domain.run import Run, RunState

_META: Final = READ | {"meta:read"}
_JOBS: Final = READ | {"jobs:read"}
_WORDS: Final = {RunState.PENDING: "queued"}

META: Final[Schema] = record(
    "Meta",
    {
        "name": TEXT,
        "version": TEXT,
        "organization_id": TEXT,
        "agents": many(TEXT),
        "max_concurrent_runs": INTEGER,
        "alerts_enabled": FLAG,
    },
)
JOB: Final[Schema] = record(
    "Job",
    {
        "job_id": TEXT,
        "run_id": {**TEXT, "description": "the same: a job is a run"},
        "status": words(_WORDS.get(state, state.value) for state in RunState),
        "created_at": MOMENT,
    },
)


async def meta(call: Call) -> Reply:
    """What this is and how it is set."""
    desk = call.desk
    return Reply(
        {
            "name": "tocsin-agent",
            "version": desk.version,
            "organization_id": desk.organization,
            "agents": sorted(desk.profiles),
            "max_concurrent_runs": desk.max_concurrent_runs,
            "alerts_enabled": desk.hook.enabled,
        }
    )


async def show(call: Call) -> Reply:
    """One job."""
    async with call.desk.journal.store.reading() as records:
        return Reply(_job(await run_of(records, call.path["run_id"])))


def _job(run: Run) -> Json:
    status = _WORDS.get(run.state, run.state.value)
    return {"job_id": run.id, "run_id": run.id, "status": status, "created_at": moment(run.created_at)}


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/v1/meta",
        summary="What this is and how it is set",
        handler=meta,
        tag="meta",
        scopes=_META,
        answer=META,
    ),
    Route(
        method="GET",
        path="/api/v1/runs",
        summary="The newest runs",
        handler=runs.listing,
        tag="v1",
        scopes=runs.READ_RUNS,
        parameters=runs.LISTING,
        answer=many(RUN),
    ),
    Route(
        method="GET",
        path="/api/v1/runs/{run_id}",
        summary="One run",
        handler=runs.show,
        tag="v1",
        scopes=runs.READ_RUNS,
        answer=RUN,
    ),
    Route(
        method="POST",
        path="/api/v1/prompts",
        summary="Queue a prompt in a session",
        handler=runs.ask,
        tag="v1",
        scopes=runs.PROMPT,
        body=runs.WISH,
        answer=RUN,
        status=202,
        headers=(KEY,),
        replays=REPLAYED,
    ),
    Route(
        method="GET",
        path="/api/v1/jobs/{run_id}",
        summary="One job",
        handler=show,
        tag="v1",
        scopes=_JOBS,
        answer=JOB,
    ),
    Route(
        method="POST",
        path="/api/v1/jobs/{run_id}/cancel",
        summary="Cancel a job",
        handler=runs.cancel,
        tag="v1",
        scopes=WRITE | {"jobs:write"},
        answer=RUN,
    ),
)
