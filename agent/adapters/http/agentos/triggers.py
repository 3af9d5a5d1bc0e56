"""Triggers: the one that starts runs without a person in the chat is this API itself."""

from typing import Final

from agent.adapters.http.agentos.common import OF_ORGANIZATION, PREFIX, TAG, require_own
from agent.adapters.http.route import WRITE, Call, Reply, Route
from agent.adapters.http.shapes import FLAG, TEXT, Json, Schema, many, record, words
from agent.domain.audit import API
from agent.errors import NotFound
from agent.services.triggers import Trigger

TRIGGER: Final[Schema] = record(
    "Trigger",
    {"id": words(Trigger), "organization_id": TEXT, "trigger_type": words(["event"]), "is_enabled": FLAG},
)


async def listing(call: Call) -> Reply:
    """All of them."""
    organization = require_own(call)
    async with call.desk.journal.store.reading() as records:
        shown = [_trigger(each, organization, await call.desk.triggers.is_enabled(records, each)) for each in Trigger]
    return Reply(shown)


async def switch(call: Call) -> Reply:
    """Let it start runs, or not. What is queued or at work goes on."""
    if call.path["id"] not in tuple(Trigger):
        raise NotFound(f"There is no such trigger; there is {', '.join(Trigger)}.")
    trigger, on = Trigger(call.path["id"]), call.body["is_enabled"]
    async with call.desk.journal.writing() as writing:
        await call.desk.triggers.switch(writing, trigger, on=on, by=API)
    return Reply(_trigger(trigger, call.desk.organization, on))


def _trigger(trigger: Trigger, organization: str, on: bool) -> Json:
    return {"id": trigger, "organization_id": organization, "trigger_type": "event", "is_enabled": on}


ROUTES: Final = (
    Route(
        method="GET",
        path=f"{PREFIX}/triggers",
        summary="What starts runs without a person in the chat",
        handler=listing,
        tag=TAG,
        parameters=(OF_ORGANIZATION,),
        answer=many(TRIGGER),
    ),
    Route(
        method="PATCH",
        path=f"{PREFIX}/triggers/{{id}}",
        summary="Enable or disable a trigger",
        handler=switch,
        tag=TAG,
        scopes=WRITE,
        body=record("TriggerChange", {"is_enabled": FLAG}),
        answer=TRIGGER,
    ),
)
