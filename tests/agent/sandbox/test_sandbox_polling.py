"""getUpdates: offsets, holding, and who may poll."""

import asyncio
from typing import Any

import pytest
from telegram.error import Conflict

from agent.sandbox.bot import DEFAULT_TOKEN

from .stage import CHAT, Answer, Stage

SOON = 15.0


async def poll(stage: Stage, **fields: Any) -> list[dict[str, object]]:  # noqa: ANN401 - JSON
    result: list[dict[str, object]] = (await stage.call("getUpdates", **fields)).body["result"]
    return result


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(stage: Stage) -> None:
    first = (await stage.sim.write(CHAT, "one"))["update_id"]
    second = (await stage.sim.write(CHAT, "two"))["update_id"]
    assert [update["update_id"] for update in await poll(stage)] == [first, second]
    assert [update["update_id"] for update in await poll(stage, offset=first + 1)] == [second]
    assert await poll(stage, offset=second + 1) == []
    assert await poll(stage) == []


async def test_a_negative_offset_forgets_all_but_the_newest(stage: Stage) -> None:
    await stage.sim.write(CHAT, "one")
    newest = (await stage.sim.write(CHAT, "two"))["update_id"]
    assert [update["update_id"] for update in await poll(stage, offset=-1)] == [newest]
    assert (await stage.sim.get("state"))["pending_updates"][0]["update_id"] == newest


async def test_the_limit_bounds_a_batch(stage: Stage) -> None:
    for number in range(3):
        await stage.sim.write(CHAT, str(number))
    assert len(await poll(stage, limit=2)) == 2


async def test_an_empty_queue_holds_the_call_until_something_happens(stage: Stage) -> None:
    polling = asyncio.create_task(stage.bot.get_updates(timeout=30))
    await stage.sim.called("getUpdates")
    await stage.sim.write(CHAT, "/start now")
    updates = await asyncio.wait_for(polling, SOON)
    message = updates[0].effective_message
    assert message is not None
    assert message.parse_entities(["bot_command"]) == {message.entities[0]: "/start"}


async def test_a_held_call_ends_empty_when_its_time_is_over(stage: Stage) -> None:
    polling = asyncio.create_task(stage.bot.get_updates(timeout=50))
    await stage.sim.called("getUpdates")
    await stage.sim.post("clock", advance=51)
    assert await asyncio.wait_for(polling, SOON) == ()


async def test_a_second_poller_ends_the_first_with_a_conflict(stage: Stage) -> None:
    first = asyncio.create_task(stage.bot.get_updates(timeout=30))
    await stage.sim.called("getUpdates")
    second = asyncio.create_task(stage.call("getUpdates", timeout=30))
    with pytest.raises(Conflict, match="terminated by other getUpdates request; make sure that only one bot instance"):
        await asyncio.wait_for(first, SOON)
    await stage.sim.write(CHAT, "hello")
    assert len((await asyncio.wait_for(second, SOON)).body["result"]) == 1


async def test_further_conflicts_are_answered_three_seconds_late(stage: Stage) -> None:
    polls: list[asyncio.Task[Answer]] = []
    for number in range(3):
        polls.append(asyncio.create_task(stage.call("getUpdates", timeout=30)))
        await stage.sim.called("getUpdates", count=number + 1)
    first = await asyncio.wait_for(polls[0], SOON)
    assert first.status == 409
    assert not polls[1].done()
    await stage.sim.post("clock", advance=3)
    assert (await asyncio.wait_for(polls[1], SOON)).status == 409
    polls[2].cancel()


async def test_polling_is_refused_while_a_webhook_is_set(stage: Stage) -> None:
    await stage.call("setWebhook", url="http://127.0.0.1:9/hook")
    answer = await stage.call("getUpdates")
    assert answer.status == 409
    assert answer.description.startswith("Conflict: can't use getUpdates method while webhook is active")


async def test_setting_a_webhook_ends_a_held_call(stage: Stage) -> None:
    polling = asyncio.create_task(stage.call("getUpdates", timeout=30))
    await stage.sim.called("getUpdates")
    await stage.call("setWebhook", url="http://127.0.0.1:9/hook")
    assert (await asyncio.wait_for(polling, SOON)).description == "Conflict: terminated by setWebhook request"


async def test_only_the_kinds_of_updates_that_were_asked_for_come(stage: Stage) -> None:
    await poll(stage, allowed_updates=["callback_query"])
    assert (await stage.sim.write(CHAT, "hello"))["update_id"] is None


async def test_a_confirmed_update_can_be_delivered_once_more(stage: Stage) -> None:
    update = (await stage.sim.write(CHAT, "hello"))["update_id"]
    await poll(stage, offset=update + 1)
    await stage.sim.post("redeliver", update_id=update)
    assert [found["update_id"] for found in await poll(stage)] == [update]


async def test_an_edit_by_a_person_is_an_update_of_its_own(stage: Stage) -> None:
    message = (await stage.sim.write(CHAT, "helo"))["message_id"]
    await stage.sim.post("edit", chat_id=CHAT, message_id=message, text="hello")
    edited = (await stage.bot.get_updates())[1].edited_message
    assert edited is not None
    assert edited.text == "hello"


async def test_a_file_of_a_person_can_be_downloaded_up_to_twenty_megabytes(stage: Stage) -> None:
    await stage.sim.write(CHAT, "see", document={"name": "a.txt", "content": "hi", "mime": "text/plain"})
    await stage.sim.write(CHAT, "big", document={"name": "b.bin", "size": 20 * 1024 * 1024 + 1})
    small, big = (update.effective_message for update in await stage.bot.get_updates())
    assert small is not None
    assert small.document is not None
    assert bytes(await (await stage.bot.get_file(small.document.file_id)).download_as_bytearray()) == b"hi"
    assert big is not None
    assert big.document is not None
    refused = await stage.call("getFile", file_id=big.document.file_id)
    assert refused.description == "Bad Request: file is too big"


@pytest.mark.parametrize(
    ("token", "status", "description"),
    [
        (DEFAULT_TOKEN[:-1] + "x", 401, "Unauthorized"),
        ("nonsense", 404, "Not Found"),
    ],
)
async def test_a_wrong_token_opens_nothing(stage: Stage, token: str, status: int, description: str) -> None:
    answer = await stage.call("getMe", token=token)
    assert answer.body == {"ok": False, "error_code": status, "description": description}


async def test_a_method_that_does_not_exist_is_not_found(stage: Stage) -> None:
    assert (await stage.call("sendTelegram")).description == "Not Found: method not found"
