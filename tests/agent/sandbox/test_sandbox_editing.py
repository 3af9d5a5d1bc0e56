"""Edits and deletions."""

import io

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from .stage import CHAT, Stage

MARKUP = InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="stop")]])


async def test_an_edit_replaces_the_text_and_keeps_the_earlier_one_in_the_history(stage: Stage) -> None:
    sent = await stage.bot.send_message(CHAT, "working")
    await stage.bot.edit_message_text("done", CHAT, sent.message_id)
    message = (await stage.sim.messages(CHAT))[0]
    assert message["text"] == "done"
    assert [version["text"] for version in message["versions"]] == ["working", "done"]


async def test_an_edit_without_buttons_removes_them(stage: Stage) -> None:
    sent = await stage.bot.send_message(CHAT, "working", reply_markup=MARKUP)
    await stage.bot.edit_message_text("done", CHAT, sent.message_id)
    assert (await stage.sim.messages(CHAT))[0]["buttons"] == []


async def test_an_edit_that_changes_nothing_is_refused(stage: Stage) -> None:
    sent = await stage.bot.send_message(CHAT, "working", reply_markup=MARKUP)
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content and reply markup"):
        await stage.bot.edit_message_text(" working ", CHAT, sent.message_id, reply_markup=MARKUP)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await stage.bot.edit_message_reply_markup(CHAT, sent.message_id, reply_markup=MARKUP)


async def test_new_buttons_alone_are_a_change(stage: Stage) -> None:
    sent = await stage.bot.send_message(CHAT, "working")
    await stage.bot.edit_message_reply_markup(CHAT, sent.message_id, reply_markup=MARKUP)
    assert (await stage.sim.messages(CHAT))[0]["buttons"][0][0]["data"] == "stop"


async def test_only_messages_that_exist_and_are_ours_can_be_edited(stage: Stage) -> None:
    theirs = (await stage.sim.write(CHAT, "hello"))["message_id"]
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await stage.bot.edit_message_text("x", CHAT, 99)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await stage.bot.edit_message_text("x", CHAT, theirs)


async def test_a_document_has_no_text_to_edit(stage: Stage) -> None:
    sent = await stage.bot.send_document(CHAT, io.BytesIO(b"x"), filename="x")
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await stage.bot.edit_message_text("x", CHAT, sent.message_id)


async def test_a_deleted_message_is_gone_for_edits_and_for_a_second_deletion(stage: Stage) -> None:
    sent = await stage.bot.send_message(CHAT, "oops")
    assert await stage.bot.delete_message(CHAT, sent.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await stage.bot.delete_message(CHAT, sent.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await stage.bot.edit_message_text("x", CHAT, sent.message_id)


async def test_a_message_older_than_two_days_stays(stage: Stage) -> None:
    sent = await stage.bot.send_message(CHAT, "old")
    await stage.sim.post("clock", advance=48 * 3600 + 1)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await stage.bot.delete_message(CHAT, sent.message_id)
