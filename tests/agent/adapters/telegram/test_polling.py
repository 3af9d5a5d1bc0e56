"""Polling: nothing is confirmed before it is safe, and nothing stops it for good."""

import asyncio
import json

from agent.adapters.telegram.polling import HUNG_SECONDS
from agent.sandbox.bot import DEFAULT_TOKEN
from tests.agent.adapters.telegram.stage import CHAT, Mailbox, Stage, StepClock, connected, polling

SHORT = 60.0  # a pause after an error, as opposed to the watch over a poll


async def test_updates_are_kept_in_order_and_then_confirmed(stage: Stage) -> None:
    clock = StepClock()
    mailbox = Mailbox(clock)
    async with polling(stage.connection, mailbox, clock):
        first = await stage.sim.write(CHAT, "one")
        second = await stage.sim.write(CHAT, "two")
        items = await mailbox.items(2)
        await stage.sim.post("wait", drained=True)
    assert [item.key for item in items] == [str(first["update_id"]), str(second["update_id"])]
    assert json.loads(items[0].body)["message"]["text"] == "one"


async def test_what_the_store_refuses_is_not_confirmed_and_comes_again(stage: Stage) -> None:
    clock = StepClock()
    mailbox = Mailbox(clock)
    mailbox.store.broken = True
    async with polling(stage.connection, mailbox, clock) as poller:
        await stage.sim.write(CHAT, "one")
        for _ in range(3):
            await clock.pass_next_pause(SHORT)
        assert poller.health.problem == "System in read-only mode. Writes disabled."
        assert len((await stage.sim.get("state"))["pending_updates"]) == 1
        mailbox.store.broken = False
        clock.flow(SHORT)
        assert len(await mailbox.items(1)) == 1
        await stage.sim.post("wait", drained=True)
        assert poller.health.problem == ""  # confirmed by the poll after the one that was kept


async def test_edited_messages_are_asked_for(stage: Stage) -> None:
    clock = StepClock()
    mailbox = Mailbox(clock)
    async with polling(stage.connection, mailbox, clock):
        number = (await stage.sim.write(CHAT, "one"))["message_id"]
        await mailbox.items(1)  # by now Telegram knows what is asked for
        await stage.sim.post("edit", chat_id=CHAT, message_id=number, text="two")
        edited = (await mailbox.items(2))[1]
    assert json.loads(edited.body)["edited_message"]["text"] == "two"


async def test_an_update_that_comes_twice_is_kept_once(stage: Stage) -> None:
    clock = StepClock()
    mailbox = Mailbox(clock)
    async with polling(stage.connection, mailbox, clock):
        update = (await stage.sim.write(CHAT, "one"))["update_id"]
        await mailbox.items(1)
    async with polling(stage.connection, mailbox, clock):  # a second life that knows of no offset
        await stage.sim.post("redeliver", update_id=update)
        await stage.sim.write(CHAT, "two")
        items = await mailbox.items(2)
    assert [json.loads(item.body)["message"]["text"] for item in items] == ["one", "two"]


async def test_another_poller_is_a_conflict_that_is_said_and_outlived(stage: Stage) -> None:
    clock = StepClock()
    mailbox = Mailbox(clock)
    async with polling(stage.connection, mailbox, clock) as poller, connected(stage.sim.url) as other:
        await stage.sim.called("getUpdates")
        rival = asyncio.create_task(other.bot.get_updates(timeout=50))
        await stage.sim.called("getUpdates", status=409)
        await clock.next_pause(SHORT)
        assert poller.health.conflict
        assert "other getUpdates" in poller.health.problem
        assert DEFAULT_TOKEN not in poller.health.problem
        rival.cancel()
        await asyncio.gather(rival, return_exceptions=True)
        await stage.sim.write(CHAT, "still here")
        await clock.pass_next_pause(SHORT)
        await mailbox.items(1)
        await stage.sim.post("wait", drained=True)
        assert not poller.health.conflict


async def test_a_poll_that_hangs_is_cut_off_after_two_minutes(stage: Stage) -> None:
    clock = StepClock()
    mailbox = Mailbox(clock)
    await stage.sim.post("faults", kind="hang", method="getUpdates", times=1)
    async with polling(stage.connection, mailbox, clock) as poller:
        await stage.sim.called("getUpdates")
        started = poller.health.last_success
        clock.advance(HUNG_SECONDS)
        await clock.pass_next_pause(SHORT)
        assert "hung" in poller.health.problem
        await stage.sim.write(CHAT, "again")
        await mailbox.items(1)
        await stage.sim.post("wait", drained=True)
        assert poller.health.last_success > started


async def test_flood_control_is_obeyed_to_the_second(stage: Stage) -> None:
    clock = StepClock()
    await stage.sim.post("faults", kind="429", method="getUpdates", times=1, retry_after=45)
    async with polling(stage.connection, Mailbox(clock), clock):
        assert await clock.pass_next_pause(SHORT) == 45.0


async def test_pauses_grow_and_stay_bounded_while_telegram_is_away(stage: Stage) -> None:
    clock = StepClock()
    mailbox = Mailbox(clock)
    async with connected("http://127.0.0.1:9") as nowhere, polling(nowhere, mailbox, clock) as poller:
        pauses = [await clock.pass_next_pause(SHORT) for _ in range(8)]
        assert poller.health.problem != ""
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


async def test_a_webhook_of_earlier_days_is_removed(stage: Stage) -> None:
    clock = StepClock()
    mailbox = Mailbox(clock)
    await stage.connection.bot.set_webhook("http://127.0.0.1:9/hook")
    async with polling(stage.connection, mailbox, clock):
        await stage.sim.write(CHAT, "one")
        await mailbox.items(1)
    assert (await stage.sim.get("state"))["webhook"]["url"] == ""
