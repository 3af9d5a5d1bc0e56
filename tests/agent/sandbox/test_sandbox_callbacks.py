"""Taps on buttons and their answers; command menus."""

import pytest
from telegram import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from agent.sandbox.remote import Refused

from .stage import CHAT, Stage

MARKUP = InlineKeyboardMarkup([[InlineKeyboardButton("Approve", callback_data="a:1")]])


async def tapped(stage: Stage) -> str:
    await stage.bot.send_message(CHAT, "Sure?", reply_markup=MARKUP)
    return str((await stage.sim.tap(CHAT, "Approve"))["callback_id"])


async def test_a_tap_arrives_with_its_data_message_and_user(stage: Stage) -> None:
    await stage.bot.send_message(CHAT, "Sure?", reply_markup=MARKUP)
    await stage.sim.tap(CHAT, "Approve", user={"id": 7, "first_name": "Bob"})
    query = (await stage.bot.get_updates())[0].callback_query
    assert query is not None
    assert query.message is not None
    assert (query.data, query.from_user.id, query.message.message_id) == ("a:1", 7, 1)


async def test_an_answer_is_seen_by_the_one_who_tapped(stage: Stage) -> None:
    callback = await tapped(stage)
    await stage.bot.answer_callback_query(callback, "Approved", show_alert=True)
    seen = (await stage.sim.post("wait", answered=callback))["callback"]
    assert (seen["answer"], seen["show_alert"]) == ("Approved", True)


async def test_a_second_answer_is_refused(stage: Stage) -> None:
    callback = await tapped(stage)
    await stage.bot.answer_callback_query(callback)
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query id is invalid"):
        await stage.bot.answer_callback_query(callback)


async def test_an_answer_after_150_seconds_is_refused(stage: Stage) -> None:
    callback = await tapped(stage)
    await stage.sim.post("clock", advance=151)
    with pytest.raises(BadRequest, match="Query is too old"):
        await stage.bot.answer_callback_query(callback)


async def test_a_tap_that_nobody_fetched_for_150_seconds_is_gone_and_a_message_is_not(stage: Stage) -> None:
    await tapped(stage)
    await stage.sim.write(CHAT, "still here")
    await stage.sim.post("clock", advance=151)
    assert [update.message is not None for update in await stage.bot.get_updates()] == [True]


async def test_an_answer_is_limited_to_200_characters(stage: Stage) -> None:
    answer = await stage.call("answerCallbackQuery", callback_query_id=await tapped(stage), text="x" * 201)
    assert answer.description == "Bad Request: MESSAGE_TOO_LONG"


async def test_a_button_that_is_gone_cannot_be_tapped_but_its_data_can_be_forged(stage: Stage) -> None:
    await stage.bot.send_message(CHAT, "Nothing to tap here")
    with pytest.raises(Refused, match="no such button: Approve"):
        await stage.sim.tap(CHAT, "Approve")
    assert "callback_id" in await stage.sim.post("tap", chat_id=CHAT, data="a:999", forge=True)


async def test_a_command_menu_is_kept_per_scope(stage: Stage) -> None:
    await stage.bot.set_my_commands([BotCommand("status", "What is going on")])
    assert await stage.bot.get_my_commands() == (BotCommand("status", "What is going on"),)
    assert (await stage.call("getMyCommands", scope={"type": "chat", "chat_id": CHAT})).body["result"] == []


@pytest.mark.parametrize("name", ["Status", "a b", "x" * 33, ""])
async def test_a_command_with_an_impossible_name_is_refused(stage: Stage, name: str) -> None:
    answer = await stage.call("setMyCommands", commands=[{"command": name, "description": "d"}])
    assert answer.description == "Bad Request: BOT_COMMAND_INVALID"
