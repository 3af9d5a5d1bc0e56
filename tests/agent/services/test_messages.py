"""Holds the outbox at work to its order, its patience, and to losing nothing."""

import asyncio

from agent.domain.breaker import BreakerName, Open
from agent.domain.delivery import Delivery, Paced, Refused, Uncertain, Unreachable
from agent.domain.outbox import Kind, Message, MessageState
from tests.agent.fakes import FakeChat
from tests.agent.makers import make_message
from tests.agent.services.agency import Agency


class BreaksOnce(FakeChat):
    """Raises the first time."""

    broken = True

    async def deliver(self, message: Message) -> Delivery:
        if self.broken:
            self.broken = False
            raise ZeroDivisionError
        return await super().deliver(message)


async def say(agency: Agency, *texts: str, **fields: object) -> list[Message]:
    async with agency.journal.writing() as writing:
        now = agency.clock.now()
        made = [make_message(text=text, queued_at=now, next_at=now, **fields) for text in texts]
        return [await agency.messages.say(writing, message) for message in made]


async def send_once(agency: Agency) -> float:
    pause = await agency.messages.dispatch()
    await agency.messages.settle()
    return pause


async def test_alerts_overtake_everything_and_equals_keep_their_order() -> None:
    agency = Agency()
    await say(agency, "p1", "p2", kind=Kind.PROGRESS)
    await say(agency, "r1", "r2")
    await say(agency, "a1", kind=Kind.ALERT)
    await agency.send_all()

    assert agency.chat.texts == ["a1", "r1", "r2", "p1", "p2"]


async def test_a_newer_edit_replaces_one_that_waits() -> None:
    agency = Agency()
    await say(agency, "10 %", "20 %", "90 %", kind=Kind.PROGRESS, key="run:1")
    await agency.send_all()

    assert agency.chat.texts == ["90 %"]


async def test_what_was_sent_under_a_key_is_edited_later() -> None:
    agency = Agency()
    await say(agency, "10 %", key="run:1")
    await agency.send_all()
    await say(agency, "20 %", key="run:1")
    await agency.send_all()

    assert [message.telegram_id for message in agency.chat.said] == [0, 1001]


async def test_words_that_come_while_the_first_are_being_sent_follow_as_an_edit() -> None:
    agency = Agency()
    agency.chat.gate = asyncio.Event()
    await say(agency, "10 %", key="run:1")
    await agency.messages.dispatch()
    await agency.breathe()
    await say(agency, "20 %", key="run:1")
    agency.chat.gate.set()
    await agency.send_all()

    assert [(message.text, message.telegram_id) for message in agency.chat.said] == [("10 %", 0), ("20 %", 1001)]


async def test_a_pause_that_telegram_asks_for_silences_that_chat_only() -> None:
    agency = Agency()
    agency.chat.answers.append(Paced(30))
    await say(agency, "slow")
    await send_once(agency)
    await say(agency, "other", chat_id=8)
    await say(agency, "alert", kind=Kind.ALERT)

    assert await send_once(agency) == 30
    assert agency.chat.texts == ["slow", "other"]
    agency.clock.advance(30)
    await agency.send_all()
    assert agency.chat.texts == ["slow", "other", "alert", "slow"]


async def test_an_outage_opens_the_breaker_loses_nothing_and_ends() -> None:
    agency = Agency()
    agency.chat.answers.extend([Unreachable("502")] * 3)
    await say(agency, "one", "two")
    for _ in range(3):
        await send_once(agency)
        agency.clock.advance(4)
    assert isinstance(agency.breakers.state(BreakerName.TELEGRAM_API), Open)
    await send_once(agency)
    assert len(agency.chat.said) == 3

    agency.clock.advance(60)
    await agency.send_all()

    assert agency.chat.texts[3:] == ["one", "two"]


async def test_a_refused_message_is_dead_visible_and_holds_up_nobody() -> None:
    agency = Agency()
    agency.chat.answers.append(Refused("bot was blocked by the user"))
    await say(agency, "one", "two")
    await agency.send_all()

    async with agency.store.reading() as records:
        (dead,) = await records.outbox.dead(9)
    assert (dead.text, dead.detail) == ("one", "bot was blocked by the user")
    assert agency.chat.texts == ["one", "two"]
    assert "message.dead" in agency.observer.names


async def test_a_lost_answer_is_sent_again_with_a_mark() -> None:
    agency = Agency()
    agency.chat.answers.append(Uncertain("timed out"))
    await say(agency, "one")
    await agency.send_all()

    assert [message.uncertain for message in agency.chat.said] == [False, True]


async def test_what_was_being_sent_when_the_agent_died_is_sent_again_with_a_mark() -> None:
    agency = Agency()
    agency.chat.gate = asyncio.Event()
    await say(agency, "one")
    await agency.messages.dispatch()
    await agency.breathe()

    reborn = Agency(store=agency.store, clock=agency.clock)
    await reborn.messages.recover()
    await reborn.send_all()

    assert [(message.text, message.uncertain) for message in reborn.chat.said] == [("one", True)]
    for task in agency.messages._under_way.values():
        task.cancel()


async def test_a_delivered_message_is_not_sent_again_because_the_disk_is_full() -> None:
    agency = Agency()
    agency.chat.gate = asyncio.Event()
    await say(agency, "one")
    await agency.messages.dispatch()
    await agency.breathe()
    agency.disk.broken = True
    agency.chat.gate.set()
    await agency.breathe()
    agency.disk.broken = False
    agency.clock.advance(1)
    await agency.send_all()

    assert agency.chat.texts == ["one"]


async def test_too_many_messages_cost_the_oldest_progress_and_nothing_else() -> None:
    agency = Agency()
    agency.messages._limit = 3
    await say(agency, "p1", "p2", kind=Kind.PROGRESS)
    await say(agency, "r1", "r2", "r3", "r4")
    await agency.send_all()

    assert agency.chat.texts == ["r1", "r2", "r3", "r4"]
    async with agency.store.reading() as records:
        assert (await records.outbox.get(1) or make_message()).state is MessageState.DROPPED


async def test_a_chat_is_spoken_to_once_a_second_after_a_burst() -> None:
    agency = Agency()
    await say(agency, *"abcdefgh")
    for _ in range(8):
        await send_once(agency)

    assert len(agency.chat.said) == 5
    agency.clock.advance(1)
    await send_once(agency)
    assert len(agency.chat.said) == 6


async def test_a_chat_that_breaks_its_promise_and_raises_is_asked_again() -> None:
    agency = Agency()
    agency.messages._chat = agency.chat = BreaksOnce()
    await say(agency, "one")
    await agency.send_all()

    assert [(message.text, message.uncertain) for message in agency.chat.said] == [("one", True)]
