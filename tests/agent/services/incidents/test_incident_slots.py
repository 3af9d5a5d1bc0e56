"""What a step still needs: asked for where the call would go, and never in the way when nobody answers."""

import pytest

from agent.domain.catalog import Catalogue, Known, Step, StepCall, StepRef
from agent.domain.step_values import Candidate, Needs
from agent.errors import Conflict, Forbidden, NotFound
from agent.services.incidents.slots import Slots
from tests.agent.makers import NOON
from tests.agent.services.incidents.rehearsal import CATALOGUE, OnCall, alert, webhook

OVERLAY = "/api/v1/agents/policies/overlay"


@pytest.fixture
async def desk() -> OnCall:
    desk = OnCall()
    await desk.receive(webhook([alert(since=NOON)]))
    return desk


async def needs(desk: OnCall, ref: str, catalogue: Catalogue = CATALOGUE, **given: object) -> Needs:
    slots = Slots(desk.journal, desk.runner, catalogue, {"organization_id": "ours"})
    return await slots.needs("k1", StepRef.read(ref), given)


def with_step(call: StepCall) -> Catalogue:
    return Catalogue({"High": Known(name="High", steps=(Step("Do it.", call=call),))})


async def test_candidates_are_what_lies_under_the_path_before_the_slot_those_that_are_over_last(desk: OnCall) -> None:
    listed = [
        {"id": "b", "status": "rolled_back"},
        {"id": "a", "status": "active"},
        {"id": "with a blank"},
        {"id": True},
        {"other": "x"},
        "plain",
        7,
    ]
    desk.runner.there["/api/v1/agents/deployments?organization_id=ours"] = listed
    found = await needs(desk, "2")

    assert found.missing == ("id",)
    assert found.candidates == {
        "id": (Candidate("a", "active"), Candidate("plain"), Candidate("7"), Candidate("b", "rolled_back"))
    }


@pytest.mark.parametrize("there", [None, "text", 7, {}, {"error": "no"}, [None, [], {}]])
async def test_an_answer_that_lists_nothing_leaves_what_has_to_be_typed(desk: OnCall, there: object) -> None:
    desk.runner.there["/api/v1/agents/deployments?organization_id=ours"] = there
    found = await needs(desk, "2")

    assert (found.missing, found.candidates) == (("id",), {"id": ()})


async def test_a_list_inside_of_an_object_is_found_too(desk: OnCall) -> None:
    desk.runner.there["/api/v1/agents/deployments?organization_id=ours"] = {"total": 1, "items": [{"name": "n"}]}

    assert (await needs(desk, "2")).candidates["id"] == (Candidate("n"),)


async def test_nobody_is_asked_about_a_step_that_lacks_nothing(desk: OnCall) -> None:
    found = await needs(desk, "2", id="d1")

    assert (found.missing, desk.runner.looked) == ((), [])
    assert (await needs(desk, "3")).missing == ()


async def test_an_address_before_which_something_is_missing_too_is_not_asked(desk: OnCall) -> None:
    found = await needs(desk, "1", with_step(StepCall("POST", "/a/{one}/b/{two}")))

    assert found.missing == ("one", "two")
    assert desk.runner.looked == ["/a?organization_id=ours"]


async def test_another_hosts_own_ways_are_not_presumed_and_it_has_to_be_allowed(desk: OnCall) -> None:
    with pytest.raises(Forbidden, match="not in ACTION_HOSTS"):
        await needs(desk, "1", with_step(StepCall("POST", "/pods/{pod}", host="evil.example")))
    assert desk.runner.looked == []
    labelled = OnCall()
    await labelled.receive(webhook([alert(since=NOON, labels={"organization_id": "theirs"})]))
    desk.runner.address = labelled.runner.address = lambda host, path: f"https://{host}{path}"  # type: ignore[method-assign]
    call = StepCall("POST", "/pods/{pod}?o={organization_id}", host="good.example")
    found = await needs(desk, "1", with_step(call))

    assert set(found.missing) == {"pod", "organization_id"}
    assert desk.runner.looked == ["good.example/pods"]  # without our organisation, which is nothing to them
    assert (await needs(labelled, "1", with_step(call))).missing == ("pod",)
    assert labelled.runner.looked == ["good.example/pods"]


async def test_a_call_that_replaces_something_keeps_all_that_nobody_has_named(desk: OnCall) -> None:
    desk.runner.there[f"{OVERLAY}?organization_id=ours"] = {
        "organization_id": "ours",
        "allow_tools": ["Read"],
        "emergency_denylist": ["Bash"],
    }
    asked = await needs(desk, "stop-the-tools.3")
    assert asked.missing == ("denied", "allow_tools")
    assert asked.present == {"organization_id": "ours", "allow_tools": ["Read"], "denied": ["Bash"]}
    same = await needs(desk, "stop-the-tools.3", denied="Bash")
    assert same.missing == ("allow_tools",)

    wanted = await needs(desk, "Stop-the-tools.3", denied="Bash,Write")
    assert wanted.missing == ()
    assert wanted.given == {"organization_id": "ours", "allow_tools": ["Read"], "denied": ["Bash", "Write"]}
    assert wanted.ref == StepRef(3, "stop-the-tools")


async def test_what_would_be_replaced_and_cannot_be_read_has_to_be_given_whole(desk: OnCall) -> None:
    assert (await needs(desk, "stop-the-tools.3", denied=["Bash"])).missing == ("allow_tools",)
    assert (await needs(desk, "stop-the-tools.3", denied=["Bash"], allow_tools=[])).missing == ()


async def test_a_step_that_is_not_there_is_named(desk: OnCall) -> None:
    refused = {"9": "High has no step 9; it has 4", "unseen.2": "unseen has no step 2", "x.1": "no procedure x"}
    for ref, said in refused.items():
        with pytest.raises(NotFound, match=said):
            await needs(desk, ref)
    with pytest.raises(Conflict, match=r"Step unseen\.1 is for people"):
        await needs(desk, "unseen.1")
    with pytest.raises(Conflict, match=r"PROCEDURE\.NUMBER"):
        await needs(desk, "two")


async def test_a_procedure_to_which_the_alert_does_not_lead_can_be_used_all_the_same(desk: OnCall) -> None:
    catalogue = Catalogue({"High": Known(name="High")}, procedures=CATALOGUE.procedures)

    assert (await needs(desk, "stop-the-tools.2", catalogue)).call.method == "GET"
