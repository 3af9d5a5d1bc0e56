"""Approvals from the question to what comes of it: by button, by text, over the API, denied, and run out."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from . import processes
from .stage import Life, Stage
from .talk import PERSON, Shown, labels

pytestmark = pytest.mark.asyncio(loop_scope="module")

PUBLISH = "[[say Looking.; needs-approval git push origin HEAD; say Pushed.]]"

BUILD = "[[say Looking.; needs-approval make all; say Built.]]"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(folder: Path) -> AsyncIterator[Stage]:
    async with Stage.set(folder) as made:
        yield made
    processes.end_all(folder)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def life(stage: Stage) -> Life:
    return await stage.start()


async def test_a_tool_that_asks_stops_the_cli_and_goes_on_after_a_yes(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    session = await talk.opens("claude")
    question = await talk.asks(PUBLISH, "🔐")
    assert "git push origin HEAD" in question["text"]
    assert "push, high risk" in question["text"]
    assert labels(question) == ["Approve", "Deny"]
    run = stage.rows("SELECT id, state FROM runs WHERE session_id = ?", session)[0]
    assert run["state"] == "waiting_approval"
    assert processes.of_run(run["id"]) == []  # nobody waits for a person with a process in hand
    await talk.taps("Approve")
    await talk.sees("Done.*Pushed")
    answered = await talk.sees(f"Approved by user {talk.person}")
    assert labels(answered) == []
    assert stage.executions().count(run["id"]) == 2


async def test_what_had_to_wait_to_be_said_of_the_run_is_not_said_after_its_question(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    await talk.opens("claude")
    for number in range(1, 5):  # so that the chat's pace holds up the next messages
        await talk.says("/whoami")
        await talk.sees("admin", count=number)
    await talk.asks(PUBLISH, "🔐")
    told = stage.rows("SELECT state, detail FROM outbox WHERE kind = 'progress' AND chat_id = ?", talk.chat_id)
    assert [tuple(row) for row in told] == [("dropped", "overtaken")]
    await talk.taps("Deny")


async def test_an_answer_may_be_typed(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    await talk.opens("claude")
    question = await talk.asks(PUBLISH, "🔐")
    await talk.says(f"/approve {_id_of(question).lower()}")
    await talk.sees("Done.*Pushed")


async def test_an_answer_may_come_over_the_api(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    await talk.opens("claude")
    identity = _id_of(await talk.asks(PUBLISH, "🔐"))
    assert [each["approval_id"] for each in await life.get("/api/approvals")] == [identity]
    status, answer = await life.post("/api/approvals/approve", {"approval_id": identity})
    assert (status, answer["status"]) == (200, "approved")
    await talk.sees("Done.*Pushed")
    assert (await life.post("/api/approvals/approve", {"approval_id": identity}))[0] == 409


async def test_a_no_ends_the_run_and_nothing_is_executed_after_it(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    session = await talk.opens("claude")
    await talk.asks(PUBLISH, "🔐")
    await talk.taps("Deny")
    assert f"Denied by user {talk.person}" in (await talk.sees("⛔"))["text"]
    await talk.sees("Cancelled")
    run = stage.rows("SELECT id, state, error FROM runs WHERE session_id = ?", session)[0]
    assert (run["state"], run["error"]) == ("cancelled", "ERR_POLICY_BLOCKED")
    assert stage.executions().count(run["id"]) == 1


async def test_after_a_no_the_next_prompt_is_run_and_the_denied_call_is_not_asked_about_again(
    stage: Stage, life: Life
) -> None:
    talk = stage.talk()
    session = await talk.opens("claude")
    await talk.asks(PUBLISH, "🔐")
    await talk.taps("Deny")
    await talk.sees("Cancelled")
    await talk.asks("[[say Something else then.]]", "Done.*Something else then")
    assert len(stage.rows("SELECT id FROM approvals WHERE session_id = ?", session)) == 1


async def test_a_yes_for_the_session_is_not_asked_for_again(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    await talk.opens("claude")
    await talk.asks(BUILD, "🔐")
    await talk.taps("Approve shell for this session")
    await talk.sees("Done.*Built")
    await talk.says(BUILD)
    await talk.sees("Done.*Built", count=2)
    assert len([each for each in await talk.heard() if "Approval " in each["text"]]) == 1


async def test_a_gated_profile_asks_before_anything_is_executed(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    session = await talk.opens("gated")
    await talk.asks("[[say Released.]]", "🔐")
    run = stage.rows("SELECT id FROM runs WHERE session_id = ?", session)[0]["id"]
    assert stage.executions().count(run) == 0
    await talk.taps("Approve")
    await talk.sees("Done.*Released")
    assert stage.executions().count(run) == 1


async def test_halted_approvals_cannot_be_given_until_the_halt_is_lifted(stage: Stage, life: Life) -> None:
    talk = stage.talk()
    await talk.opens("claude")
    await talk.asks(PUBLISH, "🔐")
    await talk.asks("/halt", "halted")
    halted = await talk.sees("🔐.*halted")
    assert labels(halted) == ["Deny"]
    await talk.asks("/resume", "No lever is pulled|Autonomy")
    await talk.sees("🔐.*Until")
    await talk.taps("Approve")
    await talk.sees("Done.*Pushed")


def _id_of(question: Shown) -> str:
    found = re.search(r"Approval (\w+)", question["text"])
    assert found is not None
    return found[1]


async def test_without_an_admin_chat_an_operators_question_reaches_the_admins_in_private(tmp_path: Path) -> None:
    users = f"{PERSON}:admin,2002:operator,2003:approver"  # the approver has never written to the bot
    async with Stage.set(tmp_path, TELEGRAM_ADMIN_CHAT_ID="", TELEGRAM_USERS=users) as stage:
        await stage.start()
        asking, admin = stage.talk(2002, 2002), stage.talk(PERSON, PERSON)
        await asking.opens("claude")
        await asking.asks(PUBLISH, "🔐")
        question = await admin.sees("🔐")
        assert "git push origin HEAD" in question["text"]
        await admin.taps("Approve")
        await asking.sees("Done.*Pushed")
        await admin.sees(f"Approved by user {PERSON}")
        told = stage.rows("SELECT state, detail FROM outbox WHERE chat_id = 2003")
        assert [tuple(row) for row in told] == [("dead", "Chat not found")]
    processes.end_all(tmp_path)
