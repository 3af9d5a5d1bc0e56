"""In groups only what is meant for the bot is heard; in private chats everything is."""

from dataclasses import replace
from typing import Any

import pytest

from agent.adapters.telegram.dispatch import Dispatcher
from agent.domain.roles import Role
from agent.errors import StoreReadOnly
from tests.agent.adapters.telegram.dispatch.office import GROUP, OPERATOR, STRANGER, USER, Office

TO_THE_BOT: dict[str, Any] = {
    "reply_to_message": {"message_id": 3, "from": {"id": 9, "is_bot": True, "username": "Tocsin_Bot"}}
}
TO_A_PERSON: dict[str, Any] = {"reply_to_message": {"message_id": 3, "from": {"id": 8, "username": "ada"}}}
FILE: dict[str, Any] = {"document": {"file_id": "f1", "file_name": "a.txt", "file_size": 2}}


async def prompts(office: Office) -> list[str]:
    return [run.prompt for run in reversed(await office.runs())]


async def in_group(office: Office, text: str, user: int = OPERATOR, **more: Any) -> None:  # noqa: ANN401 - JSON
    await office.hears(office.written(user, text, chat=GROUP, **more))


@pytest.mark.parametrize("text", ["lunch?", "mail me@tocsin_bot.example", "@tocsin_bot2 do it", "@other do it"])
async def test_chatter_in_a_group_starts_nothing_and_is_not_answered(office: Office, text: str) -> None:
    await office.says(OPERATOR, "/new app", chat=GROUP)
    before = await office.messages()
    for user in USER.values():
        await in_group(office, text, user)
        await in_group(office, text, user, **TO_A_PERSON)
    assert await office.messages() == before
    assert await office.runs() == []
    assert not office.unsettled


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("@tocsin_bot fix it", "fix it"),
        ("@Tocsin_Bot: fix\n  it", "fix\n  it"),
        ("please @tocsin_bot, fix it", "please fix it"),
        ("fix it @TOCSIN_BOT", "fix it"),
    ],
)
async def test_a_mention_makes_a_prompt_of_the_rest(office: Office, text: str, prompt: str) -> None:
    await in_group(office, text)
    assert await prompts(office) == [prompt]


async def test_an_answer_to_the_bot_is_a_prompt(office: Office) -> None:
    await in_group(office, "fix it", **TO_THE_BOT)
    assert await prompts(office) == ["fix it"]


async def test_a_topic_with_a_session_of_its_own_needs_no_mention(office: Office) -> None:
    await in_group(office, "before", thread=7)
    await in_group(office, "/new app", thread=7)
    root: dict[str, Any] = {
        "reply_to_message": {"message_id": 7, "from": {"id": 9, "is_bot": True, "username": "tocsin_bot"}}
    }
    await in_group(office, "fix it", thread=7, **root)
    await in_group(office, "elsewhere", thread=8, reply_to_message={**root["reply_to_message"], "message_id": 8})
    await in_group(office, "in general")
    assert await prompts(office) == ["fix it"]

    await in_group(office, "/close", thread=7)
    await in_group(office, "after", thread=7)
    assert await prompts(office) == ["fix it"]


async def test_a_command_needs_no_mention_and_may_stand_behind_one(office: Office) -> None:
    for text in ("/run one", "/run@tocsin_bot two", "@tocsin_bot /run three", "/run@other_bot four"):
        await in_group(office, text)
    assert await prompts(office) == ["one", "two", "three"]


async def test_a_command_of_another_bot_is_not_judged(office: Office) -> None:
    for text in ("/poll", "/poll@other", "/statsu"):
        await in_group(office, text)
        await in_group(office, text, **FILE)
    assert await office.messages() == []
    for text in ("/poll@tocsin_bot", "@tocsin_bot /poll"):
        await in_group(office, text)
    assert ["There is no /poll" in each.text for each in await office.messages()] == [True, True]


async def test_a_mention_alone_asks_for_words(office: Office) -> None:
    await in_group(office, "@tocsin_bot")
    assert "Write what you want done" in (await office.messages())[-1].text
    assert await office.runs() == []


async def test_a_role_is_asked_for_only_when_the_bot_is_meant(office: Office) -> None:
    await in_group(office, "fix it", USER[Role.VIEWER])
    assert await office.messages() == []
    await in_group(office, "@tocsin_bot fix it", USER[Role.VIEWER])
    assert "takes the role operator" in (await office.messages())[-1].text


async def test_a_stranger_who_mentions_the_bot_is_not_answered(office: Office) -> None:
    await in_group(office, "@tocsin_bot fix it", STRANGER)
    await in_group(office, "fix it", STRANGER, **TO_THE_BOT)
    assert await office.messages() == []
    assert await office.runs() == []


async def test_a_file_in_a_group_is_taken_only_when_it_is_meant_for_the_bot(office: Office) -> None:
    office.courtesy.files["f1"] = b"hi"
    await in_group(office, "", **FILE)
    await in_group(office, "holiday", **FILE)
    assert await office.messages() == []
    assert office.git.asked == 0

    await in_group(office, "@tocsin_bot read this", **FILE)
    await in_group(office, "", **FILE, **TO_THE_BOT)
    await in_group(office, "/run sort it", **FILE)
    assert [each.partition("\n")[0] for each in await prompts(office)] == ["read this", "sort it"]
    assert sum("📎" in each.text for each in await office.messages()) == 3


async def test_in_a_private_chat_nobody_has_to_mention_the_bot(office: Office) -> None:
    await office.says(OPERATOR, "fix it")
    await office.says(OPERATOR, "@tocsin_bot fix it")
    assert await prompts(office) == ["fix it", "@tocsin_bot fix it"]


async def test_what_is_said_before_the_bot_knows_its_name_waits_for_that(office: Office) -> None:
    names: list[str] = []
    office.dispatcher = Dispatcher(replace(office.desk, bot_name=lambda: names[-1] if names else ""))
    await office.intake.keep([office.written(OPERATOR, "@tocsin_bot fix it", chat=GROUP)])
    await office.dispatcher.turn()
    await office.agency.breathe()
    assert await office.runs() == []

    names.append("tocsin_bot")
    office.clock.advance(2)
    await office.dispatcher.settle()
    assert await prompts(office) == ["fix it"]


async def test_while_the_disk_refuses_chatter_is_not_told_to_wait(office: Office) -> None:
    office.agency.disk.broken = True
    for text in ("lunch?", "@tocsin_bot fix it"):
        with pytest.raises(StoreReadOnly):
            await office.intake.keep([office.written(OPERATOR, text, chat=GROUP)])
        await office.dispatcher.settle()
    (kept,) = office.agency.chat.texts
    assert "is kept and will be taken up" in kept
