"""An edited message never starts a run; a prompt that still waits takes the new words, and everybody is told."""

from pathlib import Path
from typing import Any

import pytest

from agent.adapters.telegram.dispatch.origins import REMEMBERED
from agent.domain.approval import Scope
from agent.domain.roles import Role
from agent.domain.run import RunState
from tests.agent.adapters.telegram.dispatch.office import APPROVER, GROUP, OPERATOR, STRANGER, USERS, Office
from tests.agent.fakes import Script

NOT_READ = "✏️ Edits are not read; send it again as a new message."


async def prompted(office: Office, text: str = "fix it", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    update = office.written(OPERATOR, text, **more)
    await office.hears(update)
    return update


async def told(office: Office, update: dict[str, Any], text: str, **more: object) -> list[str]:
    before = len(await office.messages())
    await office.hears(office.edited(update, text, **more))
    return [each.text for each in (await office.messages())[before:]]


async def prompts(office: Office) -> list[str]:
    return [run.prompt for run in await office.runs()]


async def test_a_prompt_that_waits_takes_the_new_words_where_it_is_shown_and_makes_no_second_run(
    office: Office,
) -> None:
    update = await prompted(office)
    await office.agency.send_all()
    shown, answer = await told(office, update, "fix the login")

    assert await prompts(office) == ["fix the login"]
    assert "Queued" in shown
    assert "fix the login" in shown
    assert "it will run what you wrote now" in answer
    assert "job.reworded" in await office.audited()
    await office.agency.work_off()
    assert [order.prompt for order in office.agency.runner.orders] == ["fix the login"]


async def test_an_edit_that_telegram_repeats_and_one_that_changes_nothing_say_nothing_more(office: Office) -> None:
    update = await prompted(office)
    edit = office.edited(update, "fix the login")
    await office.hears(edit)
    count = len(await office.messages())
    await office.hears(edit)
    await office.hears(office.edited(update, "fix the login"))
    assert len(await office.messages()) == count


async def test_many_edits_have_one_answer_that_changes(office: Office) -> None:
    office.agency.runner.scripts.append(Script(hangs=True))
    update = await prompted(office)
    await office.agency.runs.start_ready()
    await office.agency.breathe()
    for text in ("one", "two", "three"):
        await office.hears(office.edited(update, text))
        await office.agency.send_all()
    answers = [each for each in office.agency.chat.said if "Edits are not read" in each.text]
    assert [bool(each.telegram_id) for each in answers] == [False, True, True]


async def test_a_run_at_work_goes_on_as_it_was_asked_for_and_can_be_cancelled(office: Office) -> None:
    office.agency.runner.scripts.append(Script(hangs=True))
    update = await prompted(office)
    await office.agency.runs.start_ready()
    await office.agency.breathe()
    (answer,) = await told(office, update, "fix the login")

    assert "is at work on what you wrote first. Send it again" in answer
    assert await prompts(office) == ["fix it"]
    ((button,),) = (await office.messages())[-1].buttons
    await office.taps(OPERATOR, button.data)
    await office.agency.work.settle()
    assert [run.state for run in await office.runs()] == [RunState.CANCELLED]


async def test_a_run_that_is_over_is_not_run_again(office: Office) -> None:
    update = await prompted(office)
    await office.agency.work_off()
    assert "is completed already. Send it again" in (await told(office, update, "fix the login"))[0]
    assert await prompts(office) == ["fix it"]


async def test_what_was_asked_about_or_approved_is_never_reworded(tmp_path: Path) -> None:
    office = Office(tmp_path, gate=Scope.SHELL)
    await office.register()
    update = await prompted(office)
    assert "waits for an answer to what you wrote first" in (await told(office, update, "rm -rf /"))[0]
    (name,) = [each.key.removeprefix("approval:") for each in await office.messages() if "approval:" in each.key]
    await office.taps(APPROVER, f"y:{name}")
    await office.agency.send_all()
    assert "is queued as you wrote it first" in (await told(office, update, "rm -rf /"))[-1]
    assert await prompts(office) == ["fix it"]


@pytest.mark.parametrize("text", ["/status", "/cancel", "/nonsense"])
async def test_an_edit_is_never_a_command(office: Office, text: str) -> None:
    update = await prompted(office)
    (answer,) = await told(office, update, text)
    assert "Edits are not read: run run-" in answer
    assert [run.state for run in await office.runs()] == [RunState.PENDING]
    command = office.written(OPERATOR, "/whoami")
    await office.hears(command)
    assert await told(office, command, text) == [NOT_READ]


async def test_a_prompt_by_command_may_be_reworded_too(office: Office) -> None:
    update = await prompted(office, "/run fix it")
    await told(office, update, "/run fix the login")
    assert await prompts(office) == ["fix the login"]


async def test_after_a_restart_it_is_still_known_which_run_a_message_asked_for(office: Office) -> None:
    update = await prompted(office)
    other = Office(office.folder, store=office.store, before=office)
    await told(other, update, "fix the login")
    assert await prompts(office) == ["fix the login"]


async def test_only_the_newest_prompts_are_remembered(office: Office) -> None:
    first = await prompted(office, "0")
    await office.says(OPERATOR, *(str(number) for number in range(REMEMBERED)))
    assert await told(office, first, "new") == [NOT_READ]


async def test_a_file_whose_words_are_edited_is_not_run_again(office: Office) -> None:
    office.courtesy.files["f1"] = b"hi"
    file = {"document": {"file_id": "f1", "file_name": "a.txt", "file_size": 2}}
    update = await prompted(office, "read it", **file)
    assert "is queued as you wrote it first" in (await told(office, update, "read it twice"))[0]
    assert len(await prompts(office)) == 1
    assert office.git.asked == 1


async def test_strangers_and_people_who_do_not_mean_the_bot_hear_nothing_of_their_edits(office: Office) -> None:
    theirs = office.written(STRANGER, "hello")
    assert await told(office, theirs, "@tocsin_bot hello") == []
    chatter = await prompted(office, "lunch?", chat=GROUP)
    assert await told(office, chatter, "lunch!") == []
    assert await told(office, chatter, "@tocsin_bot lunch!") == [NOT_READ]


async def test_a_mention_is_no_part_of_the_new_words(office: Office) -> None:
    update = await prompted(office, "@tocsin_bot fix it", chat=GROUP)
    assert await told(office, update, "fix it @tocsin_bot") == []
    await told(office, update, "@tocsin_bot fix the login")
    assert await prompts(office) == ["fix the login"]


async def test_who_may_run_nothing_any_more_rewords_nothing(office: Office) -> None:
    update = await prompted(office)
    users = {**USERS, OPERATOR: Role.VIEWER}
    other = Office(office.folder, store=office.store, before=office, users=users)
    assert "Edits are not read" in (await told(other, update, "fix the login"))[0]
    assert await prompts(office) == ["fix it"]
