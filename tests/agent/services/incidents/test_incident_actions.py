"""Executable steps: shown in full, confirmed, sent once, told about, and never repeated after a crash."""

import asyncio
from datetime import timedelta

import pytest

from agent.domain.catalog import StepRef
from agent.domain.incident_action import Action, ActionState, Answered
from agent.errors import Conflict, Forbidden, NotFound
from tests.agent.makers import NOON
from tests.agent.services.incidents.rehearsal import OnCall, alert, webhook

MINUTE = timedelta(minutes=1)


async def fire(desk: OnCall, **labels: str) -> None:
    await desk.receive(webhook([alert(since=NOON, labels=labels)]))


async def prepare(desk: OnCall, step: str = "2", **given: object) -> Action:
    async with desk.journal.writing() as writing:
        return await desk.actions.prepare(writing, "K1", StepRef.read(step), by=7, chat_id=7, given=given)


async def confirm(desk: OnCall, action_id: str, by: int = 8, name: str = "", *, anyway: bool = False) -> Action:
    async with desk.journal.writing() as writing:
        return await desk.actions.confirm(writing, action_id, by=by, as_name=name, anyway=anyway)


async def resolve(desk: OnCall) -> None:
    await desk.receive(webhook([alert(since=NOON, until=NOON + MINUTE)]))
    await desk.send_all()


def buttons(desk: OnCall, action: Action) -> list[str]:
    """Under the step, as it is shown now."""
    shown = [each for each in desk.chat.said if each.key == f"action:{action.id}"]
    return [button.label for row in shown[-1].buttons for button in row]


async def state(desk: OnCall, action_id: str) -> Action:
    async with desk.store.reading() as records:
        found = await records.incidents.action(action_id)
    assert found is not None
    return found


async def test_a_step_is_shown_in_full_before_it_runs_and_does_not_run_by_that(desk: OnCall) -> None:
    await fire(desk)
    await prepare(desk, id="d 1/2")
    await desk.send_all()
    await desk.actions.turn()

    assert "<b>POST</b> <code>http://127.0.0.1:8080/api/v1/agents/deployments/d%201%2F2/rollback</code>" in desk.latest
    assert [button.label for button in desk.chat.said[-1].buttons[0]] == ["Confirm and send", "Cancel"]
    assert desk.runner.ran == []


async def test_a_confirmed_step_is_sent_once_and_its_answer_posted_and_audited(desk: OnCall) -> None:
    await fire(desk)
    action = await prepare(desk, id="d1")
    await confirm(desk, action.id)
    await desk.actions.turn()
    await desk.actions.turn()
    await desk.send_all()

    assert [each.state for each in desk.runner.ran] == [ActionState.RUNNING]
    assert (await state(desk, action.id)).state is ActionState.DONE
    assert "Answered 200" in desk.latest
    assert "fine" in desk.latest
    with pytest.raises(Conflict, match="done already"):
        await confirm(desk, action.id)
    async with desk.store.reading() as records:
        deeds = [(each.actor, each.action) for each in await records.audit.listing(9)]
        history = [each.detail for each in await records.incidents.history("K1")]
    assert {(7, "action.prepared"), (8, "action.confirmed"), (-1, "action.running"), (-1, "action.done")} <= set(deeds)
    assert any("done 200: POST http://127.0.0.1:8080/api/v1/agents/deployments/d1/rollback" in each for each in history)


async def test_slots_are_filled_from_labels_on_which_the_alerts_agree(desk: OnCall) -> None:
    await fire(desk, organization_id="org-1")

    assert (await prepare(desk, step="3")).body == '{"organization_id": "org-1"}'


async def test_a_slot_that_nothing_fills_is_refused_by_name(desk: OnCall) -> None:
    await fire(desk)
    with pytest.raises(Conflict, match="This step needs id"):
        await prepare(desk)
    one, two = alert(since=NOON, labels={"organization_id": "a"}), alert(since=NOON, labels={"organization_id": "b"})
    await desk.receive(webhook([one, two]))
    with pytest.raises(Conflict, match="This step needs organization_id"):
        await prepare(desk, step="3")


@pytest.mark.parametrize("value", ["..", ".", "a\nb", "x" * 600])
async def test_a_value_that_would_change_the_address_is_refused(desk: OnCall, value: str) -> None:
    await fire(desk)
    with pytest.raises(Conflict):
        await prepare(desk, id=value)


async def test_a_host_that_is_not_allowed_is_refused_before_anything_is_kept(desk: OnCall) -> None:
    await fire(desk)
    with pytest.raises(Forbidden, match="not in ACTION_HOSTS"):
        await prepare(desk, step="4")


async def test_steps_for_people_and_steps_that_are_not_there_cannot_be_run(desk: OnCall) -> None:
    await fire(desk)
    with pytest.raises(Conflict, match="for people"):
        await prepare(desk, step="1")
    with pytest.raises(NotFound, match="no step 9"):
        await prepare(desk, step="9")
    with pytest.raises(NotFound):
        await confirm(desk, "nothing")


async def test_a_step_of_an_incident_that_is_over_is_asked_for_again_and_sent_only_anyway(desk: OnCall) -> None:
    await fire(desk)
    action = await prepare(desk, id="d1")
    await desk.send_all()
    await resolve(desk)
    assert buttons(desk, action) == ["Send anyway", "Cancel"]

    assert (await confirm(desk, action.id)).state is ActionState.PREPARED
    await desk.actions.turn()
    await desk.send_all()
    assert desk.runner.ran == []
    assert "The incident has resolved meanwhile" in desk.latest

    assert (await confirm(desk, action.id, anyway=True)).state is ActionState.CONFIRMED
    await desk.actions.turn()
    assert [each.id for each in desk.runner.ran] == [action.id]


async def test_when_it_fires_again_the_step_is_confirmed_as_ever(desk: OnCall) -> None:
    await fire(desk)
    action = await prepare(desk, id="d1")
    desk.clock.advance(180)
    await resolve(desk)
    await desk.receive(webhook([alert(since=NOON + 2 * MINUTE)]))
    await desk.send_all()

    assert buttons(desk, action) == ["Confirm and send", "Cancel"]
    assert (await confirm(desk, action.id)).state is ActionState.CONFIRMED


async def test_what_is_shown_of_other_incidents_or_is_decided_stays_as_it_is(desk: OnCall) -> None:
    await fire(desk)
    decided, waiting = await prepare(desk, id="d1"), await prepare(desk, id="d2")
    async with desk.journal.writing() as writing:
        await desk.actions.cancel(writing, decided.id, by=7)
    await desk.receive(webhook([alert("Burn", since=NOON)]))
    await desk.send_all()
    said = len(desk.chat.said)
    await desk.receive(webhook([alert("Burn", since=NOON, until=NOON + MINUTE)]))
    await desk.send_all()
    assert not [each for each in desk.chat.said[said:] if each.key.startswith("action:")]

    await resolve(desk)
    assert {each.key for each in desk.chat.said[said:] if each.key.startswith("action:")} == {f"action:{waiting.id}"}


async def test_whoever_prepares_and_confirms_has_the_name_that_people_know(desk: OnCall) -> None:
    await fire(desk)
    async with desk.journal.writing() as writing:
        action = await desk.actions.prepare(
            writing, "K1", StepRef(2), by=7, chat_id=7, given={"id": "d1"}, as_name="@anna"
        )
    await confirm(desk, action.id, name="@bo")
    await desk.send_all()
    assert "Confirmed by @bo." in desk.latest
    await desk.actions.turn()

    async with desk.store.reading() as records:
        steps = [each.name for each in await records.incidents.history("K1") if each.what == "step"]
    assert steps == ["@anna", "@bo", "", ""]


async def test_a_cancelled_step_is_not_sent(desk: OnCall) -> None:
    await fire(desk)
    action = await prepare(desk, id="d1")
    async with desk.journal.writing() as writing:
        await desk.actions.cancel(writing, action.id, by=7)
    await desk.actions.turn()

    assert desk.runner.ran == []
    with pytest.raises(Conflict, match="cancelled already"):
        await confirm(desk, action.id)


async def test_what_was_shown_long_ago_has_to_be_asked_for_again(desk: OnCall) -> None:
    await fire(desk)
    action = await prepare(desk, id="d1")
    desk.clock.advance(16 * 60)
    with pytest.raises(Conflict, match="too long ago"):
        await confirm(desk, action.id)


async def test_what_was_being_sent_at_a_crash_is_unknown_and_not_repeated(desk: OnCall) -> None:
    await fire(desk)
    action = await prepare(desk, id="d1")
    await confirm(desk, action.id)
    desk.runner.crash = asyncio.CancelledError()
    with pytest.raises(asyncio.CancelledError):
        await desk.actions.turn()

    reborn = OnCall(store=desk.store, clock=desk.clock)
    assert await reborn.actions.recover() == 1
    await reborn.actions.turn()
    await reborn.send_all()

    assert reborn.runner.ran == []
    assert (await state(reborn, action.id)).state is ActionState.UNKNOWN
    assert "Nobody knows whether it was carried out" in reborn.latest


async def test_what_was_confirmed_before_a_crash_and_not_sent_is_sent_by_the_next_life(desk: OnCall) -> None:
    await fire(desk)
    action = await prepare(desk, id="d1")
    await confirm(desk, action.id)
    reborn = OnCall(store=desk.store, clock=desk.clock)
    await reborn.actions.recover()
    await reborn.actions.turn()

    assert [each.id for each in reborn.runner.ran] == [action.id]


async def test_a_confirmation_that_has_grown_old_is_not_acted_upon(desk: OnCall) -> None:
    await fire(desk)
    action = await prepare(desk, id="d1")
    await confirm(desk, action.id)
    desk.clock.advance(301)
    await desk.actions.turn()

    assert desk.runner.ran == []
    assert (await state(desk, action.id)).state is ActionState.CANCELLED


@pytest.mark.parametrize(
    ("answered", "becomes"),
    [
        (Answered(204, ""), ActionState.DONE),
        (Answered(302, "redirect"), ActionState.FAILED),
        (Answered(409, "no"), ActionState.FAILED),
        (Answered(0, "no connection"), ActionState.FAILED),
        (Answered(0, "lost", sure=False), ActionState.UNKNOWN),
    ],
)
async def test_each_answer_has_its_outcome(desk: OnCall, answered: Answered, becomes: ActionState) -> None:
    await fire(desk)
    action = await prepare(desk, id="d1")
    await confirm(desk, action.id)
    desk.runner.answer = answered
    await desk.actions.turn()

    assert (await state(desk, action.id)).state is becomes


async def test_a_full_disk_does_not_make_an_answer_unknown() -> None:
    desk = OnCall()
    await fire(desk)
    action = await prepare(desk, id="d1")
    await confirm(desk, action.id)
    real = desk.runner.run

    async def run(action: Action) -> Answered:
        desk.agency.disk.broken = True
        return await real(action)

    desk.runner.run = run  # type: ignore[method-assign]
    turning = asyncio.create_task(desk.actions.turn())
    await desk.agency.breathe()
    desk.agency.disk.broken = False
    desk.clock.advance(1)
    await turning

    assert (await state(desk, action.id)).state is ActionState.DONE
