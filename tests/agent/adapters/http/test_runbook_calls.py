"""The calls of the bundle's runbooks, made to the agent itself: each is one that it carries out."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.adapters.catalog import catalogue_of
from agent.domain.catalog import Known, Procedure, StepCall, StepRef, calls_among
from agent.domain.step_values import Values, as_now, filled, in_the_form_of
from tests.agent.adapters.http.stage import Client, waiting_run
from tests.agent.makers import make_profile

RENDERED = Path(__file__).parents[4] / "monitoring" / "runbooks" / "catalog.json"
CATALOGUE = catalogue_of(json.loads(RENDERED.read_text(encoding="utf-8")))
RUNBOOKS: dict[str, Known | Procedure] = {**CATALOGUE.alerts, **CATALOGUE.procedures}
CALLS = {
    str(StepRef(number, name)): step.call for name, each in RUNBOOKS.items() for number, step in calls_among(each.steps)
}
GIVEN: Values = {
    "organization_id": "local",
    "emergency_denylist": "Bash,WebFetch",
    "tool_id": "Bash",
    "suite_name": "nightly",
    "cases": [{"scenario_id": "s1", "expected": "a", "observed": "a"}],
}
"""What a person types who has read what the runbook says of the values, or what the alert's labels say."""


@pytest.mark.parametrize("ref", CALLS)
async def test_the_agent_carries_out_every_call_of_its_runbooks(client: Client, ref: str) -> None:
    call = CALLS[ref]
    assert call is not None
    await waiting_run(client.agency)
    client.agency.profiles["other"] = make_profile(name="other")
    path, body = filled(call, {**GIVEN, **await found(client, call)})
    answer = await client.call(call.method, path, **({"json": json.loads(body)} if body else {}))

    assert answer.status in {200, 201}, answer.json
    assert not body or "Bash" not in body or "Bash" in str(answer.json)


async def found(client: Client, call: StepCall) -> dict[str, Any]:
    """What the agent itself says could be meant, and what is there now."""
    values: dict[str, Any] = {}
    for slot in call.slots:
        if call.collection(slot):
            listed = [each["id"] for each in (await client.get(call.collection(slot))).json]
            values[slot] = next(each for each in listed if each != "default")
    if call.method == "PUT":
        now = as_now(call, (await client.get(call.path)).json)
        values |= {slot: in_the_form_of(now[slot], GIVEN.get(slot, now[slot])) for slot in now}
    return values
