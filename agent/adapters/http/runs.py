"""Runs: asked for, listed, shown and cancelled."""

from typing import Final

from agent.adapters.http.finding import run_of
from agent.adapters.http.once import KEY, REPLAYED, made_before, remember
from agent.adapters.http.route import READ, WRITE, Call, Parameter, Reply, Route
from agent.adapters.http.run_json import IN_LISTS, RUN, run_json
from agent.adapters.http.shapes import TEXT, Schema, between, many, record, text
from agent.domain.audit import API
from agent.domain.run import Run
from agent.services.runs import Wish
from agent.services.triggers import Trigger

MOST: Final = 100
LONGEST_PROMPT: Final = 100_000

READ_RUNS: Final = READ | {"runs:read"}
PROMPT: Final = WRITE | {"prompts:write"}
CANCEL: Final = WRITE | {"jobs:write"}

WISH: Final[Schema] = record(
    "Prompt",
    {
        "session_id": text(64, 1),
        "prompt": {**text(LONGEST_PROMPT, 1), "pattern": r"^[^\u0000]*[^\s\u0000][^\u0000]*$"},
        "profile": {**text(64), "description": "empty for the session's own"},
    },
    optional=("profile",),
)
LISTING: Final = (
    Parameter("limit", between(1, MOST, 20), "how many of the newest"),
    Parameter("session_id", {**TEXT, "default": ""}, "only those of one session"),
)


async def listing(call: Call) -> Reply:
    """The newest first."""
    async with call.desk.journal.store.reading() as records:
        found = await records.runs.listing(call.query["limit"], call.query["session_id"])
    return Reply([run_json(run, IN_LISTS) for run in found])


async def show(call: Call) -> Reply:
    """One run."""
    async with call.desk.journal.store.reading() as records:
        return Reply(run_json(await run_of(records, call.path["run_id"])))


async def ask(call: Call) -> Reply:
    """Queue a prompt. When this is answered, the run survives whatever happens to the agent."""
    desk, body = call.desk, call.body
    async with desk.journal.writing() as writing:
        before = await made_before(call, writing)
        if before is not None:
            return Reply(run_json(before), 200, {**_place(before), REPLAYED: "true"})
        await desk.triggers.require(writing, Trigger.API)
        wish = Wish(
            session_id=body["session_id"],
            prompt=body["prompt"],
            by=API,
            profile=body.get("profile", ""),
            trace=call.trace,
        )
        run = await desk.runs.accept(writing, wish)
        await writing.audit(API, "run.asked", run.id)
        await remember(call, writing, run)
    return Reply(run_json(run), 202, _place(run))


def _place(run: Run) -> dict[str, str]:
    return {"Location": f"/api/runs/{run.id}"}


async def cancel(call: Call) -> Reply:
    """End a run that nobody wants any more; one that is at work ends a moment after the answer."""
    async with call.desk.journal.writing() as writing:
        run = await call.desk.runs.cancel(writing, call.path["run_id"], API)
    return Reply(run_json(run))


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/runs",
        summary="The newest runs",
        handler=listing,
        tag="runs",
        scopes=READ_RUNS,
        parameters=LISTING,
        answer=many(RUN),
    ),
    Route(
        method="POST",
        path="/api/runs",
        summary="Queue a prompt in a session",
        handler=ask,
        tag="runs",
        scopes=PROMPT,
        body=WISH,
        answer=RUN,
        status=202,
        headers=(KEY,),
        replays=REPLAYED,
    ),
    Route(
        method="GET",
        path="/api/runs/{run_id}",
        summary="One run",
        handler=show,
        tag="runs",
        scopes=READ_RUNS,
        answer=RUN,
    ),
    Route(
        method="POST",
        path="/api/runs/{run_id}/cancel",
        summary="Cancel a run",
        handler=cancel,
        tag="runs",
        scopes=CANCEL,
        answer=RUN,
        description="A run at work is ended with its whole process group; its state changes a moment later.",
    ),
)
