"""What can be done about a failed run, and doing it."""

from typing import Final

from agent.adapters.http.finding import run_of
from agent.adapters.http.route import WRITE, Call, Reply, Route
from agent.adapters.http.runs import READ_RUNS
from agent.adapters.http.shapes import TEXT, Json, Schema, many, or_null, record, words
from agent.domain.audit import API
from agent.domain.error_codes import CATALOG, ErrorCode
from agent.domain.recovery import Action, Remedy, RemedyKind, options
from agent.domain.run import RunState

ACTION: Final[Schema] = record(
    "RecoveryAction",
    {"action_id": words(Remedy), "label": TEXT, "description": TEXT, "kind": words(RemedyKind)},
)
OPTIONS: Final[Schema] = record(
    "RecoveryOptions", {"run_id": TEXT, "error_code": or_null(words(ErrorCode)), "actions": many(ACTION)}
)
RECOVERED: Final[Schema] = record(
    "Recovered",
    {
        "run_id": TEXT,
        "status": words(["queued", "completed"]),
        "action_id": words(Remedy),
        "job_id": {**TEXT, "description": "the new run"},
        "target_agent": {**TEXT, "description": "the profile that it runs with"},
        "redirect_to": {**TEXT, "description": "where to look"},
    },
    optional=("job_id", "target_agent", "redirect_to"),
)
CATALOGUE: Final[Schema] = many(
    record(
        "ErrorExplanation", {"error_code": words(ErrorCode), "title": TEXT, "message": TEXT, "actions": many(ACTION)}
    )
)
_PLACES: Final = {
    Remedy.OPEN_SETTINGS: "/api/v1/meta",
    Remedy.OPEN_AGENTS: "/api/agents",
    Remedy.DOWNLOAD_ARTIFACT: "/api/runs/{run_id}/artifact.txt",
}


async def offer(call: Call) -> Reply:
    """What is offered for this run; nothing while it has not gone wrong."""
    async with call.desk.journal.store.reading() as records:
        run = await run_of(records, call.path["run_id"])
    wrong = run.state in {RunState.FAILED, RunState.CANCELLED}
    offered = options(run.error or ErrorCode.UNKNOWN) if wrong else ()
    return Reply({"run_id": run.id, "error_code": run.error, "actions": [_action(each) for each in offered]})


async def recover(call: Call) -> Reply:
    """Apply one of the offered actions; it goes into the run's recovery trail."""
    run_id, remedy = call.path["run_id"], Remedy(call.body["action_id"])
    async with call.desk.journal.writing() as writing:
        again = await call.desk.recovery.apply(writing, run_id, remedy, API, call.trace)
    if again is None:
        place = _PLACES[remedy].format(run_id=run_id)
        return Reply({"run_id": run_id, "status": "completed", "action_id": remedy, "redirect_to": place})
    made = {"job_id": again.id, "target_agent": again.profile}
    return Reply({"run_id": run_id, "status": "queued", "action_id": remedy, **made})


async def explain(_call: Call) -> Reply:
    """Every error code with what it means and what helps."""
    return Reply(
        [
            {
                "error_code": code,
                "title": explained.title,
                "message": explained.message,
                "actions": [_action(each) for each in options(code)],
            }
            for code, explained in CATALOG.items()
        ]
    )


def _action(action: Action) -> Json:
    return {
        "action_id": action.remedy,
        "label": action.label,
        "description": action.description,
        "kind": action.kind,
    }


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/runs/{run_id}/recovery-options",
        summary="What can be done about a failed run",
        handler=offer,
        tag="recovery",
        scopes=READ_RUNS,
        answer=OPTIONS,
    ),
    Route(
        method="POST",
        path="/api/runs/{run_id}/recover",
        summary="Apply a recovery action",
        handler=recover,
        tag="recovery",
        scopes=WRITE,
        body=record("Recovery", {"action_id": words(Remedy)}),
        answer=RECOVERED,
    ),
    Route(
        method="GET",
        path="/api/error-catalog",
        summary="The eleven error codes",
        handler=explain,
        tag="recovery",
        answer=CATALOGUE,
    ),
)
