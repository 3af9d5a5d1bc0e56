"""Every command by every role, and people who have none: through the real process."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio

from agent.adapters.telegram.commands import TABLE, Entry, Verb
from agent.domain.roles import Role

from .stage import Life, Stage
from .talk import PERSON, Talk

pytestmark = pytest.mark.asyncio(loop_scope="module")

PEOPLE: Final = {Role.VIEWER: 2001, Role.OPERATOR: 2002, Role.APPROVER: 2003, Role.ADMIN: PERSON}
STRANGER: Final = 6666
LIMIT: Final = 4096
BRIEF: Final = "[[say ok]]"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(folder: Path) -> AsyncIterator[Stage]:
    users = ",".join(f"{person}:{role}" for role, person in PEOPLE.items())
    async with Stage.set(folder, TELEGRAM_USERS=users) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def life(stage: Stage) -> Life:
    return await stage.start()


@pytest.mark.parametrize("role", list(Role))
async def test_each_command_is_answered_and_only_roles_that_reach_it_are_let_in(
    stage: Stage, life: Life, role: Role
) -> None:
    """Each in a chat of its own: so nobody waits, and no command depends on the one before."""
    talks = {entry.verb: stage.talk(PEOPLE[role]) for entry in TABLE}
    for entry in TABLE:
        await talks[entry.verb].says(_typed(entry))
    answers = {verb: (await talk.sees("."))["text"] for verb, talk in talks.items()}
    for entry in TABLE:
        turned_away = f"This takes the role {entry.role}; you are {role}." in answers[entry.verb]
        assert turned_away is not role.covers(entry.role), f"{entry.usage}: {answers[entry.verb]}"
        assert len(answers[entry.verb]) <= LIMIT
    assert "Traceback" not in life.said()
    assert not [row["detail"] for row in stage.rows("SELECT detail FROM inbox WHERE state = 'failed'")]


async def test_the_menu_of_each_person_has_the_commands_of_the_role(stage: Stage, life: Life) -> None:
    await stage.remote.called("setMyCommands", count=len(PEOPLE) + 1)
    menus = (await stage.remote.get("state"))["menus"]
    for role, person in PEOPLE.items():
        offered = next(menu for scope, menu in menus.items() if str(person) in scope)
        assert [each["command"] for each in offered] == [entry.verb for entry in TABLE if role.covers(entry.role)]


async def test_a_stranger_hears_nothing_and_causes_nothing(stage: Stage, life: Life) -> None:
    stranger, known = stage.talk(STRANGER), stage.talk()
    before = stage.rows("SELECT count(*) FROM runs")[0][0]
    for text in ("/start", "/help", "delete everything", "/approve K7QM2XA"):
        await stranger.says(text)
    await known.asks("/whoami", "admin")  # those before it have been dealt with: updates are taken in order
    assert await stranger.heard() == []
    assert stage.rows("SELECT count(*) FROM runs")[0][0] == before
    assert life.said().count("telegram.stranger") == 1  # once an hour, whatever they write


async def test_a_stranger_who_taps_a_button_of_somebody_else_changes_nothing(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    await talk.opens("claude")
    await talk.asks("[[needs-approval git push; say Pushed.]]", "🔐")
    await stage.remote.tap(talk.chat_id, "Approve", user=STRANGER)
    await stage.talk().asks("/whoami", "admin")
    assert [row["state"] for row in stage.rows("SELECT state FROM approvals ORDER BY seq DESC LIMIT 1")] == ["pending"]


async def test_a_viewer_who_taps_approve_is_told_which_role_it_takes(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    await talk.opens("claude")
    await talk.asks("[[needs-approval git push; say Pushed.]]", "🔐")
    watching = Talk(stage.remote, talk.chat_id, PEOPLE[Role.VIEWER])
    answered = await watching.taps("Approve")
    assert "takes the role approver; you are viewer" in str(answered["answer"])
    assert [row["state"] for row in stage.rows("SELECT state FROM approvals ORDER BY seq DESC LIMIT 1")] == ["pending"]


@pytest.mark.parametrize("data", ["", "y", "y:", "y:ZZZZZZZ", "nonsense", "r:1:2:3", "é" * 32, "c:" + "x" * 62])
async def test_a_forged_button_says_so_and_changes_nothing(stage: Stage, life: Life, data: str) -> None:
    talk = stage.talk()
    await talk.opens()
    before = _state_of(stage)
    answered = await talk.taps("", data=data, forge=True)
    assert answered["answered_at"] is not None
    assert _state_of(stage) == before


async def test_a_command_that_is_misspelt_is_met_with_the_nearest_one(stage: Stage, life: Life) -> None:
    assert "did you mean /status?" in (await stage.talk().asks("/statsu", "⚠️"))["text"]


async def test_an_edited_message_is_no_command_and_says_so(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    number = await talk.says("/whoami")
    await talk.sees("admin")
    await stage.remote.post("edit", chat_id=talk.chat_id, message_id=number, text="/projects")
    await talk.sees("Edits are not read")
    await talk.asks("/profiles", "Profiles")
    assert len(await talk.heard()) == 3


async def test_in_a_group_only_what_is_meant_for_the_bot_is_run(stage: Stage, life: Life) -> None:
    group = Talk(stage.remote, -5001, PERSON)
    await group.says("lunch?")
    await group.asks("@tocsin_sandbox_bot [[say Hello.]]", "Done.*Hello")
    answer = (await group.sees("Done"))["message_id"]
    await group.says("thanks", reply_to=await group.says("nobody is meant"))
    await group.sees("Done.*Again", after=await group.says("[[say Again.]]", reply_to=answer))
    said = [row["prompt"] for row in stage.rows("SELECT prompt FROM runs WHERE chat_id = -5001 ORDER BY seq")]
    assert said == ["[[say Hello.]]", "[[say Again.]]"]


def _typed(entry: Entry) -> str:
    """What works on the stage where the example of the help does not."""
    return {
        Verb.NEW: "/new demo",
        Verb.RUN: f"/run {BRIEF}",
        Verb.HALT: "/halt",
        Verb.MODE: "/mode L4",
        Verb.FALLBACK: "/fallback off",
        Verb.DENY: "/deny NoSuchTool",
    }.get(entry.verb, entry.example)


def _state_of(stage: Stage) -> list[tuple[object, ...]]:
    tables = ("runs", "approvals", "sessions", "controls", "incidents")
    return [tuple(row) for table in tables for row in stage.rows(f"SELECT * FROM {table}")]  # noqa: S608 - constants
