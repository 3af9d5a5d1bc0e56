"""Who has asked before the breaker opened is told that it holds them up: once, and when it is over, in that message."""

from datetime import timedelta

import pytest

from agent.domain.activity import Failure
from agent.domain.breaker import BreakerName, Closed, HalfOpen, Open, State
from agent.domain.error_codes import ErrorCode
from agent.errors import StoreReadOnly
from agent.services.held_up import HeldUp
from tests.agent.fakes import Script
from tests.agent.makers import make_session
from tests.agent.services.agency import Agency, PlainPresenter


def held_up(agency: Agency) -> HeldUp:
    return HeldUp(agency.journal, agency.messages, PlainPresenter(), agency.breakers)


def becomes(agency: Agency, state: State) -> None:
    agency.breakers._states[BreakerName.CLAUDE_CODE] = state


async def opens(agency: Agency) -> None:
    agency.clock.advance(1)
    becomes(agency, Open(agency.clock.now()))


async def about_it(agency: Agency) -> list[tuple[int, int, str, bool]]:
    """Where something was said, what, and whether it changed a message that was there."""
    await agency.send_all()
    said = [message for message in agency.chat.said if "held up" in message.text]
    return [(each.chat_id, each.thread_id, each.text, bool(each.telegram_id)) for each in said]


async def three_chats() -> Agency:
    agency = Agency()
    await agency.open("S1", "S2")
    async with agency.store.transaction() as records:
        await records.sessions.add(make_session(id="S3", chat_id=8, thread_id=5))
        await records.sessions.add(make_session(id="S4", chat_id=0))
    for session_id in ("S1", "S1", "S2", "S3", "S4"):
        await agency.ask(session_id=session_id)
    return agency


async def test_every_chat_and_topic_with_queued_runs_is_told_once() -> None:
    agency = await three_chats()
    notes = held_up(agency)
    await notes.speak()
    await opens(agency)
    for _ in range(3):
        await notes.speak()
    assert await about_it(agency) == [(7, 0, "held up: 3", False), (8, 5, "held up: 1", False)]


async def test_whoever_asks_while_it_is_open_was_told_with_the_answer() -> None:
    agency = Agency()
    await agency.open()
    await opens(agency)
    agency.clock.advance(1)
    await agency.ask()
    notes = held_up(agency)
    await notes.speak()
    assert await about_it(agency) == []


async def test_a_probe_that_fails_is_not_worth_another_word() -> None:
    agency = await three_chats()
    notes = held_up(agency)
    await opens(agency)
    await notes.speak()
    for state in (HalfOpen(), Open(agency.clock.now() + timedelta(seconds=301))):
        agency.clock.advance(301)
        becomes(agency, state)
        await notes.speak()
    assert len(await about_it(agency)) == 2


async def test_when_it_closes_the_same_message_says_so_and_how_many_still_wait() -> None:
    agency = await three_chats()
    notes = held_up(agency)
    await opens(agency)
    await notes.speak()
    await agency.send_all()
    agency.chat.said.clear()
    async with agency.journal.writing() as writing:
        for run in await writing.records.runs.listing(10, "S3"):
            await agency.runs.cancel(writing, run.id, 7)
    becomes(agency, Closed())
    for _ in range(3):
        await notes.speak()
    assert await about_it(agency) == [(7, 0, "held up no more: 3", True), (8, 5, "held up no more: 0", True)]


async def test_what_nobody_has_read_yet_is_not_said_any_more_when_it_is_over() -> None:
    agency = await three_chats()
    notes = held_up(agency)
    await opens(agency)
    await notes.speak()
    async with agency.journal.writing() as writing:
        for run in await writing.records.runs.listing(10, "S3"):
            await agency.runs.cancel(writing, run.id, 7)
    becomes(agency, Closed())
    await notes.speak()
    assert await about_it(agency) == [(7, 0, "held up no more: 3", False)]


async def test_the_next_time_is_told_in_a_message_of_its_own() -> None:
    agency = await three_chats()
    notes = held_up(agency)
    for _ in range(2):
        await opens(agency)
        await notes.speak()
        await agency.send_all()
        becomes(agency, Closed())
        await notes.speak()
        await agency.send_all()
    told = [each for each in await about_it(agency) if each[0] == 8]
    assert [(text, edited) for _, _, text, edited in told] == [
        ("held up: 1", False),
        ("held up no more: 1", True),
        ("held up: 1", False),
        ("held up no more: 1", True),
    ]


async def test_news_that_it_is_over_which_never_left_does_not_swallow_the_next_time() -> None:
    agency = await three_chats()
    notes = held_up(agency)
    await opens(agency)
    await notes.speak()
    await agency.send_all()
    becomes(agency, Closed())
    await notes.speak()
    await opens(agency)
    await notes.speak()
    told = [(text, edited) for chat, _, text, edited in await about_it(agency) if chat == 8]
    assert told == [("held up: 1", False), ("held up: 1", False)]


async def test_a_restart_neither_repeats_nor_forgets_it() -> None:
    agency = await three_chats()
    await opens(agency)
    await held_up(agency).speak()
    await agency.send_all()
    await held_up(agency).speak()
    assert len(await about_it(agency)) == 2
    becomes(agency, Closed())
    await held_up(agency).speak()
    assert [text for _, _, text, _ in (await about_it(agency))[2:]] == ["held up no more: 3", "held up no more: 1"]


async def test_what_the_disk_refuses_is_said_when_it_takes_it() -> None:
    agency = await three_chats()
    notes = held_up(agency)
    await notes.speak()
    await opens(agency)
    agency.disk.broken = True
    with pytest.raises(StoreReadOnly):
        await notes.speak()
    agency.disk.broken = False
    await notes.speak()
    assert len(await about_it(agency)) == 2


async def test_runs_that_fail_open_the_breaker_and_whoever_is_next_hears_of_it() -> None:
    agency = Agency()
    await agency.open(*(f"S{number}" for number in range(1, 8)))
    notes = held_up(agency)
    agency.runner.scripts.extend(Script((), Failure(ErrorCode.PROVIDER_UNHEALTHY, "overloaded")) for _ in range(6))
    for number in range(1, 8):
        await agency.ask(session_id=f"S{number}")
    await agency.work_off()
    await notes.speak()
    assert isinstance(agency.breakers.state(BreakerName.CLAUDE_CODE), Open)
    assert [text for _, _, text, _ in await about_it(agency)] == ["held up: 1"]
