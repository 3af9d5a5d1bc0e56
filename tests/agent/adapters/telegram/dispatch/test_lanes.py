"""Order: within a chat one after the other, chats side by side, and what stops things goes first."""

import asyncio

from agent.adapters.telegram.dispatch.dispatcher import IDLE_SECONDS
from agent.domain.inbox import ItemState
from agent.domain.run import RunState
from tests.agent.adapters.telegram.dispatch.office import APPROVER, GROUP, OPERATOR, STRANGER, Office


async def during_git(office: Office, *updates: dict[str, object]) -> None:
    """Let the updates come while git is at work for the first of them."""
    office.git.gate.clear()
    await office.intake.keep(updates)
    await office.dispatcher.turn()
    await office.agency.breathe()
    for _ in range(5):
        await asyncio.sleep(0)


async def finish(office: Office) -> None:
    office.git.gate.set()
    await office.dispatcher.settle()


async def test_git_in_one_chat_delays_no_other(office: Office) -> None:
    await during_git(office, office.written(OPERATOR, "/new app"), office.written(APPROVER, "/whoami"))
    assert [message.chat_id for message in await office.messages()] == [APPROVER]
    await finish(office)
    assert [message.chat_id for message in await office.messages()] == [APPROVER, OPERATOR]


async def test_git_in_one_topic_delays_no_other(office: Office) -> None:
    slow = office.written(OPERATOR, "/new app", chat=GROUP, thread=1)
    await during_git(office, slow, office.written(OPERATOR, "/whoami", chat=GROUP, thread=2))
    assert [message.thread_id for message in await office.messages()] == [2]
    await finish(office)


async def test_within_a_chat_a_prompt_waits_for_the_session_before_it(office: Office) -> None:
    await office.register("web")
    await during_git(office, office.written(OPERATOR, "/new web"), office.written(OPERATOR, "do it"))
    assert await office.runs() == []
    await finish(office)
    (run,) = await office.runs()
    assert run.project_id == "web"


async def test_a_cancel_tap_overtakes_git_in_its_own_chat(office: Office) -> None:
    await office.says(OPERATOR, "do it")
    (run,) = await office.runs()

    await during_git(
        office,
        office.written(OPERATOR, "/new app"),
        office.written(OPERATOR, "another"),
        office.tapped(OPERATOR, f"c:{run.id}"),
    )

    assert (await office.agency.run(run.id)).state is RunState.CANCELLED
    assert len(await office.runs()) == 1
    await finish(office)
    assert len(await office.runs()) == 2


async def test_a_cancel_that_names_nothing_keeps_its_place(office: Office) -> None:
    await during_git(
        office,
        office.written(OPERATOR, "/new app"),
        office.written(OPERATOR, "do it"),
        office.written(OPERATOR, "/stop"),
    )
    await finish(office)
    (run,) = await office.runs()
    assert run.state is RunState.CANCELLED


async def test_levers_keep_their_order_among_themselves(office: Office) -> None:
    said = [office.written(APPROVER, text) for text in ("/new app", "/resume", "/halt", "/deny Bash", "/allow Bash")]
    await during_git(office, *said)
    assert (await office.audited())[:4] == [
        "containment.allow",
        "containment.deny",
        "containment.halt",
        "containment.resume",
    ]
    await finish(office)


async def test_a_tap_that_has_to_wait_is_answered_at_once_and_only_once(office: Office) -> None:
    await office.says(OPERATOR, "/new app")
    await during_git(office, office.written(OPERATOR, "/new app"), office.tapped(OPERATOR, "u:S1"))
    assert [text for _, text in office.courtesy.answered] == [""]
    await finish(office)
    assert len(office.courtesy.answered) == 1
    assert "Prompts go to" in (await office.messages())[-1].text


async def test_a_tap_during_git_work_of_its_own_is_answered_once(office: Office) -> None:
    await office.says(OPERATOR, "/new app")
    await office.taps(OPERATOR, "x:S1")
    assert [text for _, text in office.courtesy.answered] == [""]
    assert "is closed" in (await office.messages())[-1].text


async def test_a_double_tap_does_it_once(office: Office) -> None:
    await office.says(OPERATOR, "/new app", "do it")
    (run,) = await office.runs()
    await office.hears(*(office.tapped(OPERATOR, f"c:{run.id}") for _ in range(2)))
    await office.hears(*(office.tapped(OPERATOR, "x:S1") for _ in range(2)))

    texts = [text for _, text in office.courtesy.answered]
    assert len(texts) == 4
    assert "already cancelled" in texts[1]
    assert (await office.audited()).count("session.closed") == 1
    assert (await office.audited()).count("job.canceled") == 1


async def test_many_people_and_many_words_are_all_dealt_with(office: Office) -> None:
    updates = [office.written(user, "/whoami") for user in (1, 2, 3, 4, STRANGER) for _ in range(60)]
    await office.hears(*updates)
    assert {item.state for item in office.items} == {ItemState.DONE}
    assert len(await office.messages()) == 240


async def test_an_idle_dispatcher_keeps_no_lanes_and_looks_rarely(office: Office) -> None:
    await office.says(OPERATOR, "/whoami")
    assert await office.dispatcher.turn() == IDLE_SECONDS
    assert not office.dispatcher._lanes
    assert not office.dispatcher._taken


async def test_intake_wakes_the_dispatcher(office: Office) -> None:
    office.dispatcher.wake.clear()
    await office.intake.keep([office.written(OPERATOR, "/whoami")])
    assert office.dispatcher.wake.is_set()


async def test_stopping_leaves_what_is_under_way_for_the_next_life(office: Office) -> None:
    await during_git(office, office.written(OPERATOR, "/new app"))
    await office.dispatcher.stop()
    office.git.gate.set()
    assert len(office.unsettled) == 1

    reborn = Office(office.folder, store=office.store, before=office)
    await reborn.hears()
    assert [session.id for session in await reborn.sessions()] == ["S1"]
