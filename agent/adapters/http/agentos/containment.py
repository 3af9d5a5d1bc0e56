"""All levers of containment at once; AgentOS has no address for autonomy, so this one is ours."""

from typing import Final

from agent.adapters.http.agentos.common import PREFIX, TAG
from agent.adapters.http.route import WRITE, Call, Reply, Route
from agent.adapters.http.shapes import FLAG, TEXT, Json, Schema, many, record, words
from agent.domain.audit import API
from agent.domain.containment import Autonomy, Containment
from agent.services.containing import Containing
from agent.services.journal import Writing

LEVERS: Final[Schema] = record(
    "Containment",
    {
        "halted": {**FLAG, "description": "no high-risk approval can be given"},
        "fallback": {**FLAG, "description": "every new run uses the default profile"},
        "autonomy": {**words(Autonomy), "description": "L0 and L1 recommend and change nothing"},
        "denied_tools": many(TEXT),
    },
)
CHANGE: Final[Schema] = {
    **record(
        "ContainmentChange",
        {"halted": FLAG, "fallback": FLAG, "autonomy": words(Autonomy)},
        optional=("halted", "fallback", "autonomy"),
    ),
    "minProperties": 1,
}


async def show(call: Call) -> Reply:
    """How the levers stand."""
    async with call.desk.journal.store.reading() as records:
        return Reply(_levers(await records.controls.containment()))


async def change(call: Call) -> Reply:
    """Pull those that are named, together."""
    desk, body = call.desk, call.body
    async with desk.journal.writing() as writing:
        if "halted" in body:
            await _halt(desk.containing, writing, on=body["halted"])
        if "fallback" in body:
            await desk.containing.fall_back(writing, on=body["fallback"], by=API)
        if "autonomy" in body:
            await desk.containing.set_autonomy(writing, Autonomy(body["autonomy"]), by=API)
        await desk.approvals.show_again(writing)
        levers = await writing.records.controls.containment()
    return Reply(_levers(levers))


async def _halt(containing: Containing, writing: Writing, *, on: bool) -> None:
    if on:
        await containing.halt(writing, by=API)
    else:
        await containing.resume(writing, by=API)


def _levers(levers: Containment) -> Json:
    return {
        "halted": levers.halted,
        "fallback": levers.fallback,
        "autonomy": levers.autonomy,
        "denied_tools": list(levers.denied_tools),
    }


ROUTES: Final = (
    Route(
        method="GET",
        path=f"{PREFIX}/containment",
        summary="How the levers of containment stand",
        handler=show,
        tag=TAG,
        answer=LEVERS,
    ),
    Route(
        method="PATCH",
        path=f"{PREFIX}/containment",
        summary="Pull levers of containment",
        handler=change,
        tag=TAG,
        scopes=WRITE,
        body=CHANGE,
        answer=LEVERS,
    ),
)
