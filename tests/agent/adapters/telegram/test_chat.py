"""Every way in which handing a message to Telegram can end, against the strict double and the real client library."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.adapters.telegram import Asides, TelegramChat
from agent.domain.delivery import Delivered, Delivery, Gone, Paced, Refused, Uncertain, Unchanged, Unreachable
from agent.domain.outbox import Button
from agent.logs.redaction import Redaction
from agent.logs.setup import QUIET, configure
from agent.sandbox.bot import DEFAULT_TOKEN
from tests.agent.adapters.telegram.stage import CHAT, GROUP, Stage, connected
from tests.agent.makers import make_message

NOBODY = "http://127.0.0.1:9"
PIXEL = b"\x89PNG\r\n\x1a\n and whatever comes then"


async def deliver(stage: Stage, **changes: Any) -> Delivery:  # noqa: ANN401 - any field
    chat = TelegramChat(stage.connection.bot, deadline_seconds=5)
    return await chat.deliver(make_message(**{"chat_id": CHAT, **changes}))


async def test_a_message_arrives_with_its_markup_and_buttons(stage: Stage) -> None:
    buttons = ((Button("Yes", data="y:1"), Button("Docs", url="https://example.org/x")),)
    assert await deliver(stage, text="a <b>bold</b> &amp; plain word", buttons=buttons) == Delivered(1)
    (shown,) = await stage.sim.messages(CHAT)
    assert shown["text"] == "a bold & plain word"
    assert [button["text"] for button in shown["buttons"][0]] == ["Yes", "Docs"]


async def test_a_message_with_a_number_edits(stage: Stage) -> None:
    await deliver(stage, text="one", buttons=((Button("Yes", data="y:1"),),))
    assert await deliver(stage, text="two", telegram_id=1) == Delivered(1)
    (shown,) = await stage.sim.messages(CHAT)
    assert (shown["text"], shown.get("buttons") or []) == ("two", [])


async def test_an_edit_that_changes_nothing_is_a_success(stage: Stage) -> None:
    await deliver(stage, text="same")
    assert await deliver(stage, text="same", telegram_id=1) == Unchanged()


async def test_a_message_that_was_deleted_is_gone(stage: Stage) -> None:
    await deliver(stage, text="one")
    await stage.connection.bot.delete_message(CHAT, 1)
    assert await deliver(stage, text="two", telegram_id=1) == Gone()


async def test_a_file_message_cannot_be_edited_into_text_and_counts_as_gone(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "run.log").write_text("output")
    await deliver(stage, text="the log", document=str(tmp_path / "run.log"))
    assert await deliver(stage, text="two", telegram_id=1) == Gone()


async def test_what_telegram_cannot_parse_is_sent_as_plain_text(stage: Stage) -> None:
    assert await deliver(stage, text="if a < b then <b>x</b> &amp; </i>") == Delivered(1)
    assert await stage.texts() == ["if a < b then x & "[:-1]]


async def test_what_is_too_long_arrives_shortened(stage: Stage) -> None:
    assert await deliver(stage, text="<b>" + "x" * 5000 + "</b>") == Delivered(1)
    assert (await stage.texts())[0] == "x" * 4095 + "…"


async def test_a_link_that_telegram_refuses_costs_the_button_and_not_the_message(stage: Stage) -> None:
    buttons = ((Button("Board", url="http://localhost:3000/d"), Button("Ack", data="a:1")),)
    assert await deliver(stage, text="an alert", buttons=buttons) == Delivered(1)
    (shown,) = await stage.sim.messages(CHAT)
    assert [[button["text"] for button in row] for row in shown["buttons"]] == [["Ack"]]


async def test_an_empty_text_still_says_something(stage: Stage) -> None:
    assert await deliver(stage, text="<b> </b>\n") == Delivered(1)


async def test_half_a_character_is_replaced(stage: Stage) -> None:
    assert await deliver(stage, text="x \ud83d y") == Delivered(1)
    assert await stage.texts() == ["x ? y"]


async def test_a_repetition_says_that_it_may_be_one(stage: Stage) -> None:
    await deliver(stage, text="news", uncertain=True)
    assert await stage.texts() == ["news\n\n(This may be a repetition.)"]


async def test_silence_and_topic_are_passed_on(stage: Stage) -> None:
    await stage.sim.post("chat", chat_id=GROUP, threads=[7])
    assert await deliver(stage, chat_id=GROUP, thread_id=7, silent=True) == Delivered(1)
    assert isinstance(await deliver(stage, chat_id=GROUP, thread_id=8), Refused)
    first = (await stage.sim.called("sendMessage", chat_id=GROUP))[0]
    assert str(first["arguments"]["disable_notification"]).lower() == "true"


async def test_a_document_carries_its_text_as_caption(stage: Stage, tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    log.write_bytes(b"line\n" * 100)
    assert await deliver(stage, text="<b>the log</b>", document=str(log)) == Delivered(1)
    assert isinstance(await deliver(stage, text="<b>" + "w" * 2000 + "</b>", document=str(log)), Delivered)
    first, second = await stage.sim.messages(CHAT)
    assert "the log" in str(first)
    assert "w" * 1023 + "…" in str(second)


@pytest.mark.parametrize("content", [None, b""], ids=["missing", "empty"])
async def test_a_document_that_cannot_be_sent_leaves_its_text(
    stage: Stage, tmp_path: Path, content: bytes | None
) -> None:
    log = tmp_path / "run.log"
    if content is not None:
        log.write_bytes(content)
    assert await deliver(stage, text="the log", document=str(log)) == Delivered(1)
    assert (await stage.texts())[0].startswith("the log\n\n(The file is")


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"kind": "429", "retry_after": 30}, Paced),
        ({"kind": "5xx"}, Unreachable),
        ({"kind": "5xx", "status": 500}, Unreachable),
        ({"kind": "reset"}, Uncertain),
        ({"kind": "reset", "late": True}, Uncertain),
    ],
    ids=["429", "502", "500", "reset", "reset after it arrived"],
)
async def test_each_misfortune_has_its_name(stage: Stage, fault: dict[str, Any], expected: type[Delivery]) -> None:
    await stage.sim.post("faults", method="sendMessage", times=1, **fault)
    delivery = await deliver(stage)
    assert isinstance(delivery, expected)
    assert delivery == Paced(30.0) or not isinstance(delivery, Paced)


async def test_no_answer_in_time_is_uncertain(stage: Stage) -> None:
    await stage.sim.post("faults", kind="hang", method="sendMessage")
    chat = TelegramChat(stage.connection.bot, deadline_seconds=0.2)
    assert await chat.deliver(make_message(chat_id=CHAT)) == Uncertain("no answer within 0.2 s")
    await stage.sim.lift_faults()


async def test_nobody_there_is_unreachable() -> None:
    async with connected(NOBODY) as connection:
        chat = TelegramChat(connection.bot)
        assert isinstance(await chat.deliver(make_message()), Unreachable)
        assert await chat.reachable(5) != ""


async def test_a_user_who_blocked_the_bot_is_refused_for_good(stage: Stage) -> None:
    await stage.sim.post("chat", chat_id=CHAT, blocked=True)
    assert await deliver(stage) == Refused("Forbidden: bot was blocked by the user")
    assert isinstance(await deliver(stage, chat_id=777), Refused)


async def test_a_group_that_moved_is_followed(stage: Stage) -> None:
    await stage.sim.post("chat", chat_id=GROUP)
    await stage.sim.post("chat", chat_id=-5, moved_to=GROUP)
    chat = TelegramChat(stage.connection.bot)
    message = make_message(chat_id=-5, text="one")
    assert await chat.deliver(message) == Delivered(1)
    assert await chat.deliver(replace(message, text="two", telegram_id=1)) == Delivered(1)
    assert await stage.texts(GROUP) == ["two"]


async def test_a_wrong_token_waits_for_an_admin_and_is_never_shown(stage: Stage) -> None:
    wrong = DEFAULT_TOKEN[:-1] + "x"
    async with connected(stage.sim.url, wrong) as connection:
        chat = TelegramChat(connection.bot)
        delivery = await chat.deliver(make_message(chat_id=CHAT))
        assert isinstance(delivery, Unreachable)
        assert wrong not in delivery.detail + await chat.reachable(5)


async def test_reachable_says_why_not(stage: Stage) -> None:
    chat = TelegramChat(stage.connection.bot)
    assert await chat.reachable(5) == ""
    await stage.sim.post("faults", kind="hang", method="getMe")
    assert await chat.reachable(0.2) == "no answer within 0.2 s"
    await stage.sim.lift_faults()
    await stage.sim.post("faults", kind="5xx", method="getMe", times=1)
    assert await chat.reachable(5) == "Bad Gateway"


async def test_a_tap_is_answered_once_and_an_old_one_not_at_all(stage: Stage) -> None:
    asides = Asides(stage.connection.bot)
    await deliver(stage, buttons=((Button("Yes", data="y:1"),),))
    tapped = await stage.sim.tap(CHAT, "Yes")
    assert await asides.answer(tapped["callback_id"], "x" * 500) == ""
    late = await stage.sim.tap(CHAT, "Yes")
    await stage.sim.post("clock", advance=200)
    assert "too old" in await asides.answer(late["callback_id"])


async def test_a_persons_file_is_fetched_and_one_too_big_is_not(stage: Stage, tmp_path: Path) -> None:
    asides, bot = Asides(stage.connection.bot), stage.connection.bot
    await stage.sim.write(CHAT, "see", document={"name": "a.txt", "content": "hi"})
    await stage.sim.write(CHAT, "big", document={"name": "b.bin", "size": 21 * 1024 * 1024})
    small, big = [each.message.document for each in await bot.get_updates() if each.message]
    assert small is not None
    assert big is not None
    assert await asides.fetch(small.file_id, tmp_path / "a") == ""
    assert (tmp_path / "a").read_text() == "hi"
    assert "too big" in await asides.fetch(big.file_id, tmp_path / "b")
    assert not (tmp_path / "b").exists()
    assert await asides.typing(CHAT) == ""


async def test_the_token_is_in_no_log_as_the_agent_configures_them(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    redact = Redaction([DEFAULT_TOKEN])
    root, quiet = logging.getLogger(), [logging.getLogger(name) for name in QUIET]
    before = root.handlers[:], root.level, [each.level for each in quiet]
    try:
        configure(None, level="debug", redact=redact)
        await stage.sim.post("faults", kind="5xx", method="sendMessage", times=1)
        await deliver(stage)
        await deliver(stage, text="<i>", chat_id=777)
        await Asides(stage.connection.bot).answer("0")
    finally:
        root.handlers[:] = before[0]
        root.setLevel(before[1])
        for each, level in zip(quiet, before[2], strict=True):
            each.setLevel(level)
    logged = capsys.readouterr().err
    assert "telegram.aside_failed" in logged
    assert DEFAULT_TOKEN not in logged
    assert DEFAULT_TOKEN.partition(":")[2] not in logged + repr(stage.connection)


async def test_a_picture_is_shown_and_not_attached(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "chart.png").write_bytes(PIXEL)

    assert await deliver(stage, text="the chart", document=str(tmp_path / "chart.png"), is_picture=True) == Delivered(1)
    (shown,) = await stage.sim.messages(CHAT)
    assert (shown["media"], shown["text"]) == ("photo", "the chart")


async def test_a_picture_that_telegram_cannot_show_is_attached(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "chart.png").write_bytes(b"this is no picture")

    assert await deliver(stage, text="the chart", document=str(tmp_path / "chart.png"), is_picture=True) == Delivered(1)
    (shown,) = await stage.sim.messages(CHAT)
    assert (shown["media"], shown["file"]["file_name"]) == ("document", "chart.png")


async def test_a_picture_that_is_gone_leaves_its_words(stage: Stage, tmp_path: Path) -> None:
    assert await deliver(stage, text="the chart", document=str(tmp_path / "no.png"), is_picture=True) == Delivered(1)
    assert await stage.texts() == ["the chart\n\n(The file is not there any more.)"]
