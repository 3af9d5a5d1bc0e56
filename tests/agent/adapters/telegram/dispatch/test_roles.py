"""Who may do what: every command by every role, and strangers by none."""

import logging

import pytest

from agent.adapters.telegram.commands import TABLE, Entry, Verb
from agent.adapters.telegram.dispatch.table import PLANS, asked_by
from agent.adapters.telegram.render.presses import DEEDS, Do, Press, press_data
from agent.domain.inbox import ItemState
from agent.domain.roles import NEEDED, Role
from tests.agent.adapters.telegram.dispatch.office import ADMIN, GROUP, OPERATOR, STRANGER, USER, Office, readable

EVERY = [pytest.param(entry, role, id=f"{entry.verb}-{role}") for entry in TABLE for role in Role]


def test_every_command_has_a_plan() -> None:
    assert set(PLANS) == set(Verb)


def test_every_button_that_stands_for_a_command_needs_the_same_role() -> None:
    roles = {entry.verb: entry.role for entry in TABLE}
    asked = {do: asked_by(Press(do, "x")) for do in Do}
    told = {do: found for do, found in asked.items() if found is not None}
    assert len(told) > 10
    assert all(roles[found.verb] is NEEDED[DEEDS[do]] for do, found in told.items())


@pytest.mark.parametrize(("entry", "role"), EVERY)
async def test_a_command_is_answered_or_refused_by_role(office: Office, entry: Entry, role: Role) -> None:
    replies = await office.says(USER[role], entry.example)

    assert replies
    assert not office.unsettled
    refused = any("This takes the role" in reply for reply in replies)
    assert refused is not role.covers(entry.role)
    for message in await office.messages():
        assert message.chat_id == USER[role]
        assert readable(message)


@pytest.mark.parametrize("entry", TABLE, ids=lambda entry: entry.verb)
async def test_a_stranger_gets_nothing_at_all(office: Office, entry: Entry) -> None:
    assert await office.says(STRANGER, entry.example) == []
    assert await office.says(STRANGER, entry.example, chat=GROUP) == []
    assert [item.state for item in office.items] == [ItemState.DONE] * 2
    assert not office.courtesy.answered
    assert await office.sessions() == []


async def test_a_strangers_tap_is_not_even_answered(office: Office) -> None:
    await office.says(OPERATOR, "/new app")

    assert await office.taps(STRANGER, press_data(Press(Do.CLOSE, "S1")), chat=OPERATOR) == []
    assert [each.is_open for each in await office.sessions()] == [True]


async def test_a_stranger_is_noted_once_an_hour(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    for _ in range(3):
        await office.says(STRANGER, "hello", "/status")
    assert caplog.messages.count("telegram.stranger") == 1

    office.clock.advance(3601)
    await office.says(STRANGER, "hello")
    assert caplog.messages.count("telegram.stranger") == 2


async def test_a_role_that_does_not_suffice_is_told_which_one_does(office: Office) -> None:
    (reply,) = await office.says(USER[Role.VIEWER], "please do something")
    assert reply == "⚠️ This takes the role operator; you are viewer."
    assert await office.runs() == []


@pytest.mark.parametrize("do", list(Do), ids=lambda do: do.name)
async def test_a_tap_needs_the_role_of_its_deed(office: Office, do: Do) -> None:
    needed = NEEDED[DEEDS[do]]
    for role in Role:
        (answer,) = await office.taps(USER[role], f"{do}:nothing")
        assert ("This takes the role" in answer) is not role.covers(needed)
    assert await office.messages() == []
    assert not office.unsettled


async def test_in_a_group_roles_go_by_person_and_replies_to_the_topic(office: Office) -> None:
    (refused,) = await office.says(USER[Role.VIEWER], "/new app", chat=GROUP, thread=7)
    assert "operator" in refused
    await office.says(OPERATOR, "/new app", chat=GROUP, thread=7)

    assert {(each.chat_id, each.thread_id) for each in await office.messages()} == {(GROUP, 7)}
    (session,) = await office.sessions()
    assert (session.chat_id, session.thread_id) == (GROUP, 7)


async def test_what_belongs_to_a_private_chat_does_not_exist_in_a_group(office: Office) -> None:
    await office.says(OPERATOR, "/new app", "a secret prompt")
    (run,) = await office.runs()

    for words in (f"/summary {run.id}", f"/cancel {run.id}", "/use S1", "/close S1", "/diff S1"):
        (reply,) = await office.says(ADMIN, words, chat=GROUP)
        assert "There is no" in reply
    replies = await office.says(ADMIN, "/runs", "/sessions", chat=GROUP)
    assert not any("secret" in reply or "S1" in reply for reply in replies)
    assert (await office.taps(OPERATOR, f"c:{run.id}", chat=GROUP))[0].startswith("⚠️ There is no run")


async def test_an_operator_sees_nothing_of_other_peoples_chats_and_an_approver_all(office: Office) -> None:
    await office.says(OPERATOR, "/new app", "find the bug")
    (run,) = await office.runs()
    other = Office(office.folder, store=office.store, before=office, users={8: Role.OPERATOR, 9: Role.APPROVER})

    assert "There is no run" in (await other.says(8, f"/summary {run.id}"))[0]
    assert "find the bug" in (await other.says(9, f"/summary {run.id}"))[0]
