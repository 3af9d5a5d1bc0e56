"""Holds upkeep to its rhythm, and to going on after something went wrong."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from agent.domain.breaker import BreakerName, Open
from agent.domain.conditions import Sign
from agent.domain.events import BreakerChanged
from agent.domain.inbox import Source
from agent.errors import BackupError, StoreReadOnly
from agent.services.journal import Broadcast, Journal
from agent.services.upkeep import AdminNotes, Upkeep, every, once, when_woken
from tests.agent.fakes import FakeClock
from tests.agent.services.agency import Agency, PlainPresenter

SIX_HOURS = timedelta(hours=6)


def upkeep(agency: Agency) -> Upkeep:
    return Upkeep(agency.journal, agency.backups, backup_every=SIX_HOURS)


async def test_a_backup_is_made_at_once_and_then_every_six_hours() -> None:
    agency = Agency()
    made = []
    for hours in (0, 5, 1, 6):
        agency.clock.advance(hours * 3600)
        made.append(await upkeep(agency).back_up_if_due())

    assert made == [True, False, True, True]


async def test_a_backup_that_fails_is_told() -> None:
    agency = Agency()
    agency.backups.broken = True

    with pytest.raises(BackupError):
        await upkeep(agency).back_up_if_due()
    assert agency.observer.names == ["agent.error"]


async def test_settled_rows_go_after_a_week() -> None:
    agency = Agency()
    async with agency.store.transaction() as records:
        await records.inbox.accept(Source.TELEGRAM, "1", "", agency.clock.now())
        await records.inbox.done(1)
    assert await upkeep(agency).tidy() == 0
    agency.clock.advance(8 * 86_400)

    assert await upkeep(agency).tidy() == 1


async def test_admins_are_told_when_a_breaker_opens() -> None:
    agency = Agency()
    notes = AdminNotes(agency.journal, agency.messages, PlainPresenter(), chat_id=99)
    agency.breakers._journal = Journal(agency.store, agency.clock, Broadcast(notes))
    for _ in range(3):
        await agency.breakers.report(BreakerName.GIT_OPERATIONS, Sign.BAD)

    assert await notes.speak() == 1
    await agency.send_all()
    assert [(message.chat_id, message.text) for message in agency.chat.said] == [(99, "git_operations 0.0")]


async def test_what_could_not_be_kept_for_the_admins_is_said_the_next_time() -> None:
    agency = Agency()
    notes = AdminNotes(agency.journal, agency.messages, PlainPresenter(), chat_id=99)
    notes.observe(BreakerChanged(BreakerName.GIT_OPERATIONS, Open(agency.clock.now())))
    agency.disk.broken = True
    with pytest.raises(StoreReadOnly):
        await notes.speak()
    agency.disk.broken = False

    assert (await notes.speak(), await notes.speak()) == (1, 0)


async def test_a_turn_that_fails_is_logged_by_its_name(caplog: pytest.LogCaptureFixture) -> None:
    async def tidied(_house: str) -> None:
        raise BackupError

    await once(partial(tidied, "ours"))

    (line,) = (record for record in caplog.records if record.message == "upkeep.failed")
    assert vars(line)["turn"].endswith("tidied")


async def test_a_turn_that_fails_does_not_stop_the_rhythm() -> None:
    clock, turns = FakeClock(), []

    async def turn() -> None:
        turns.append(clock.now())
        raise BackupError

    task = asyncio.create_task(every(clock, 10, turn))
    for _ in range(3):
        await Agency().breathe()
        clock.advance(10)
    task.cancel()

    assert len(turns) == 3


async def test_whoever_is_woken_does_not_wait_for_the_time() -> None:
    clock, wake, turns = FakeClock(), asyncio.Event(), []

    async def turn() -> float:
        turns.append(1)
        return 60.0

    task = asyncio.create_task(when_woken(clock, wake, turn))
    await Agency().breathe()
    wake.set()
    await Agency().breathe()
    clock.advance(60)
    await Agency().breathe()
    task.cancel()

    assert len(turns) == 3
