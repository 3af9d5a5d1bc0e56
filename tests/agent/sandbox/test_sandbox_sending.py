"""Messages from the bot: what arrives, and what is refused in Telegram's own words."""

import io
from typing import Any

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from .stage import CHAT, GROUP, Stage

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


async def test_a_message_arrives_with_its_markup_turned_into_entities(stage: Stage) -> None:
    sent = await stage.bot.send_message(CHAT, "run <b>42</b> &amp; more 🙂 <code>x</code>", parse_mode=ParseMode.HTML)
    assert sent.text == "run 42 & more 🙂 x"
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [("bold", 4, 2), ("code", 17, 1)]


async def test_each_chat_counts_its_own_messages_from_one(stage: Stage) -> None:
    await stage.sim.post("chat", chat_id=GROUP)
    numbers = [(await stage.bot.send_message(chat, "hi")).message_id for chat in (CHAT, CHAT, GROUP, CHAT)]
    assert numbers == [1, 2, 1, 3]


async def test_buttons_come_back_as_they_were_sent(stage: Stage) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Approve", callback_data="a:1"), _link("https://e.org/x")]])
    sent = await stage.bot.send_message(CHAT, "Sure?", reply_markup=markup)
    assert sent.reply_markup == markup
    shown = (await stage.sim.messages(CHAT))[0]["buttons"]
    assert [button["text"] for button in shown[0]] == ["Approve", "Link"]


async def test_a_reply_names_the_message_it_answers(stage: Stage) -> None:
    first = await stage.bot.send_message(CHAT, "one")
    second = await stage.bot.send_message(CHAT, "two", reply_to_message_id=first.message_id)
    assert second.reply_to_message is not None
    assert second.reply_to_message.message_id == first.message_id


async def test_a_document_can_be_sent_and_fetched_again(stage: Stage) -> None:
    sent = await stage.bot.send_document(CHAT, io.BytesIO(b"diff"), filename="run.patch", caption="the diff")
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.file_size, sent.caption) == ("run.patch", 4, "the diff")
    file = await stage.bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"diff"


async def test_a_photo_can_be_sent_if_it_is_one(stage: Stage) -> None:
    assert (await stage.bot.send_photo(CHAT, io.BytesIO(PNG))).photo
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await stage.bot.send_photo(CHAT, io.BytesIO(b"not a picture"))


async def test_a_file_larger_than_fifty_megabytes_is_refused(stage: Stage) -> None:
    answer = await stage.http.post(
        f"{stage.sim.url}/bot{stage.bot.token}/sendDocument",
        data={"chat_id": str(CHAT), "document": io.BytesIO(b"x" * (50 * 1024 * 1024 + 1))},
    )
    assert (await answer.json()) == {"ok": False, "error_code": 413, "description": "Request Entity Too Large"}


async def test_typing_is_shown_only_for_actions_that_exist(stage: Stage) -> None:
    assert await stage.bot.send_chat_action(CHAT, "typing")
    assert (await stage.call("sendChatAction", chat_id=CHAT, action="thinking")).status == 400


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("x" * 4097, "Bad Request: message is too long"),
        (" \n ", "Bad Request: message text is empty"),
    ],
    ids=["too long", "only blanks"],
)
async def test_a_text_outside_of_the_limits_is_refused(stage: Stage, text: str, description: str) -> None:
    answer = await stage.send(text)
    assert (answer.status, answer.description) == (400, description)
    assert answer.body == {"ok": False, "error_code": 400, "description": description}


async def test_the_text_limit_counts_characters_after_parsing(stage: Stage) -> None:
    assert (await stage.send("<b>" + "&amp;" * 4096 + "</b>", parse_mode="HTML")).status == 200
    assert (await stage.send("<b>" + "&amp;" * 4097 + "</b>", parse_mode="HTML")).status == 400


async def test_a_caption_is_limited_to_1024_characters(stage: Stage) -> None:
    with pytest.raises(BadRequest, match="caption is too long"):
        await stage.bot.send_document(CHAT, io.BytesIO(b"x"), filename="x", caption="c" * 1025)


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ({"text": "a", "callback_data": "é" * 33}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": ""}, "Bad Request: BUTTON_DATA_INVALID"),
        (
            {"text": "a"},
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "a", "url": "http://localhost:3000/d"},
            "Bad Request: inline keyboard button URL 'http://localhost:3000/d' is invalid: Wrong HTTP URL",
        ),
    ],
    ids=["66 bytes in 33 letters", "empty data", "no action", "local address"],
)
async def test_a_button_that_telegram_refuses_is_refused(
    stage: Stage, button: dict[str, Any], description: str
) -> None:
    assert (await stage.send_buttons(button)).description == description
    assert await stage.sim.messages(CHAT) == []


async def test_64_bytes_of_callback_data_are_fine(stage: Stage) -> None:
    assert (await stage.send_buttons({"text": "a", "callback_data": "x" * 64})).status == 200


async def test_an_unknown_chat_cannot_be_written_to(stage: Stage) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await stage.bot.send_message(777, "hello")


async def test_a_user_who_blocked_the_bot_cannot_be_written_to(stage: Stage) -> None:
    await stage.sim.post("chat", chat_id=CHAT, blocked=True)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await stage.bot.send_message(CHAT, "hello")


async def test_a_group_that_moved_says_where_to(stage: Stage) -> None:
    await stage.sim.post("chat", chat_id=-5, moved_to=GROUP)
    answer = await stage.call("sendMessage", chat_id=-5, text="hello")
    assert answer.body["parameters"] == {"migrate_to_chat_id": GROUP}


async def test_an_unknown_topic_is_refused(stage: Stage) -> None:
    await stage.sim.post("chat", chat_id=GROUP, threads=[7])
    known = await stage.call("sendMessage", chat_id=GROUP, text="hello", message_thread_id=7)
    unknown = await stage.call("sendMessage", chat_id=GROUP, text="hello", message_thread_id=8)
    assert known.body["result"]["message_thread_id"] == 7
    assert unknown.description == "Bad Request: message thread not found"


async def test_a_reply_to_nothing_is_refused_unless_that_is_allowed(stage: Stage) -> None:
    refused = await stage.send("hello", reply_parameters={"message_id": 9})
    allowed = await stage.send("hello", reply_parameters={"message_id": 9, "allow_sending_without_reply": True})
    assert refused.description == "Bad Request: message to be replied not found"
    assert "reply_to_message" not in allowed.body["result"]


def _link(url: str) -> InlineKeyboardButton:
    return InlineKeyboardButton("Link", url=url)
