"""Faults and limits on demand."""

import asyncio
from itertools import pairwise

import pytest
from telegram.error import NetworkError, RetryAfter, TimedOut

from agent.sandbox.remote import Remote

from .stage import CHAT, GROUP, Stage

SOON = 15.0


async def test_the_next_calls_of_a_method_can_be_flooded(stage: Stage) -> None:
    await stage.sim.post("faults", kind="429", method="sendMessage", times=2, retry_after=30)
    with pytest.raises(RetryAfter):
        await stage.bot.send_message(CHAT, "one")
    answer = await stage.send("two")
    assert answer.body == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 30",
        "parameters": {"retry_after": 30},
    }
    assert (await stage.send("three")).status == 200


async def test_a_flood_that_lasts_asks_for_the_time_that_is_left(stage: Stage) -> None:
    await stage.sim.post("faults", kind="429", seconds=100)
    await stage.sim.post("clock", advance=60)
    assert 30 < (await stage.send("one")).body["parameters"]["retry_after"] <= 40
    await stage.sim.post("clock", advance=40)
    assert (await stage.send("two")).status == 200


async def test_a_fault_may_concern_one_chat_only(stage: Stage) -> None:
    await stage.sim.post("chat", chat_id=43)
    await stage.sim.post("faults", kind="5xx", status=502, chat_id=CHAT)
    assert (await stage.send("one")).description == "Bad Gateway"
    assert (await stage.call("sendMessage", chat_id=43, text="two")).status == 200


async def test_a_hanging_call_times_out_at_the_caller(stage: Stage) -> None:
    await stage.sim.post("faults", kind="hang", method="sendMessage")
    with pytest.raises(TimedOut):
        await stage.bot.send_message(CHAT, "one", read_timeout=0.1)
    assert await stage.sim.messages(CHAT) == []


async def test_a_hanging_call_is_cut_when_the_fault_is_lifted(stage: Stage) -> None:
    await stage.sim.post("faults", kind="hang", method="sendMessage")
    sending = asyncio.create_task(stage.bot.send_message(CHAT, "one", read_timeout=30))
    await stage.sim.called("sendMessage")
    await stage.sim.lift_faults()
    with pytest.raises(NetworkError):
        await asyncio.wait_for(sending, SOON)


async def test_a_connection_can_be_reset_before_anything_happened(stage: Stage) -> None:
    await stage.sim.post("faults", kind="reset", method="sendMessage", times=1)
    with pytest.raises(NetworkError):
        await stage.bot.send_message(CHAT, "one")
    assert await stage.sim.messages(CHAT) == []


async def test_a_connection_can_be_reset_after_the_message_was_sent(stage: Stage) -> None:
    await stage.sim.post("faults", kind="reset", method="sendMessage", times=1, late=True)
    with pytest.raises(NetworkError):
        await stage.bot.send_message(CHAT, "one")
    assert [message["text"] for message in await stage.sim.messages(CHAT)] == ["one"]


async def test_connections_can_be_refused_and_accepted_again_on_the_same_port(stage: Stage) -> None:
    aside = Remote(stage.http, (await stage.sim.get("state"))["urls"]["control"])
    await stage.sim.post("faults", kind="refuse")
    try:
        # A live connection is cut, a new one refused; which of them the bot meets first is a matter of timing.
        with pytest.raises(NetworkError, match=r"ConnectError|ReadError|RemoteProtocolError"):
            await stage.bot.send_message(CHAT, "one")
    finally:
        await aside.lift_faults()
    assert (await stage.bot.send_message(CHAT, "two")).message_id == 1


async def test_refusing_connections_cuts_a_held_poll(stage: Stage) -> None:
    aside = Remote(stage.http, (await stage.sim.get("state"))["urls"]["control"])
    polling = asyncio.create_task(stage.bot.get_updates(timeout=30))
    await stage.sim.called("getUpdates")
    await aside.post("faults", kind="refuse", seconds=120)
    with pytest.raises(NetworkError):
        await asyncio.wait_for(polling, SOON)
    await aside.post("clock", advance=121)
    assert await stage.bot.get_updates() == ()


async def test_the_limit_of_messages_into_one_chat_can_be_enforced(stage: Stage) -> None:
    await stage.sim.post("limits", per_chat=0.01)
    assert (await stage.send("one")).status == 200
    refused = (await stage.send("two")).body["parameters"]["retry_after"]
    assert 90 < refused <= 100
    await stage.sim.post("clock", advance=refused)
    assert (await stage.send("two")).status == 200


async def test_a_burst_is_let_through_if_the_limit_says_so(stage: Stage) -> None:
    await stage.sim.post("limits", per_chat=0.01, per_chat_burst=3)
    assert [(await stage.send(text)).status for text in ("a", "b", "c", "d")] == [200, 200, 200, 429]


async def test_edits_count_against_the_limits_too(stage: Stage) -> None:
    await stage.sim.post("limits", per_chat=0.01)
    await stage.send("one")
    assert (await stage.call("editMessageText", chat_id=CHAT, message_id=1, text="two")).status == 429


async def test_the_overall_limit_spans_all_chats(stage: Stage) -> None:
    await stage.sim.post("chat", chat_id=43)
    await stage.sim.post("limits", overall=0.01)
    assert [(await stage.call("sendMessage", chat_id=chat, text="x")).status for chat in (CHAT, 43)] == [200, 429]


async def test_a_group_has_a_limit_of_its_own(stage: Stage) -> None:
    await stage.sim.post("chat", chat_id=GROUP)
    await stage.sim.post("limits", per_group=1)
    answers = [await stage.call("sendMessage", chat_id=chat, text="x") for chat in (GROUP, GROUP, CHAT, CHAT)]
    assert [answer.status for answer in answers] == [200, 429, 200, 200]


async def test_every_call_is_listed_with_its_outcome(stage: Stage) -> None:
    await stage.sim.post("faults", kind="5xx", method="sendMessage", times=1)
    await stage.send("one")
    await stage.send("two")
    calls = await stage.sim.called("sendMessage", count=2)
    assert [(call["status"], call["fault"], call["arguments"]["text"]) for call in calls] == [
        (502, "5xx", "one"),
        (200, "", "two"),
    ]
    assert all(before["ended_at"] <= after["at"] for before, after in pairwise(calls))
