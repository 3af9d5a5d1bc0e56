"""Holds what is shown of a run to saying that it is at work, how long it has been silent, and that it waits."""

import pytest

from agent.domain.activity import Activity, Deferred, Said
from agent.domain.approval import Scope
from agent.domain.session import SessionState
from agent.errors import Conflict
from tests.agent.fakes import Script
from tests.agent.services.agency import Agency


async def at_work(*activities: Activity) -> Agency:
    agency = Agency()
    await agency.open()
    agency.runner.scripts.append(Script(activities, hangs=True))
    await agency.ask()
    await agency.runs.start_ready()
    await agency.breathe()
    return agency


async def shown(agency: Agency) -> list[str]:
    await agency.messages.dispatch()
    await agency.messages.settle()
    return agency.chat.texts


async def later(agency: Agency, seconds: int) -> None:
    for _ in range(seconds):
        agency.clock.advance(1)
        await agency.breathe()


async def test_a_run_that_says_nothing_is_shown_as_running_at_once() -> None:
    agency = await at_work()
    assert await shown(agency) == ["running 0 0"]
    await agency.work.stop_all()


async def test_a_silent_run_is_shown_to_be_silent_every_quarter_of_a_minute() -> None:
    agency = await at_work()
    await shown(agency)
    await later(agency, 14)
    assert await shown(agency) == ["running 0 0"]
    await later(agency, 3)
    assert (await shown(agency))[1:] == ["running 16 16"]
    await later(agency, 16)
    assert [text.split()[0] for text in (await shown(agency))[2:]] == ["running"]
    assert agency.observer.names.count("run.progress") == 0
    await agency.work.stop_all()


async def test_the_last_line_before_a_silence_is_shown_and_told_once() -> None:
    agency = await at_work(Said("one"), Said("two"))
    assert await shown(agency) == ["running 0 0"]
    await later(agency, 2)
    assert (await shown(agency))[1].splitlines()[1:] == ["one", "two"]
    await later(agency, 20)
    assert (await shown(agency))[2].splitlines()[1:] == ["one", "two"]
    assert agency.observer.names.count("run.progress") == 1
    await agency.work.stop_all()


async def test_the_progress_of_a_run_that_asks_says_that_it_waits() -> None:
    agency = Agency()
    await agency.open()
    agency.runner.scripts.append(Script((), Deferred("Bash", "t1", "git push", Scope.PUSH)))
    await agency.ask()
    await agency.send_all()
    await agency.work_off()
    await agency.send_all()
    assert agency.chat.texts == ["queued 0", "pending: Bash: git push", "over: waiting_approval"]
    assert [bool(each.telegram_id) for each in agency.chat.said] == [False, False, True]


async def test_a_session_stays_running_when_another_of_its_runs_is_cancelled() -> None:
    agency = await at_work()
    queued = await agency.ask()
    async with agency.journal.writing() as writing:
        await agency.runs.cancel(writing, queued.id, 7)
    async with agency.store.reading() as records:
        session = await records.sessions.get("S1")
    assert session is not None
    assert session.state is SessionState.RUNNING
    await agency.work.stop_all()


async def test_a_prompt_is_told_what_is_before_it_in_its_own_session() -> None:
    agency = await at_work()
    await agency.open("S2")
    for session in ("S1", "S1", "S2"):
        await agency.ask(session_id=session)
    assert [text for text in await shown_all(agency) if "queued" in text] == ["queued 0", "queued 1", "queued 0"]
    await agency.work.stop_all()


async def shown_all(agency: Agency) -> list[str]:
    await agency.send_all()
    return agency.chat.texts


@pytest.mark.parametrize("prompt", ["do\0it", "half \ud83d"])
async def test_a_prompt_that_no_process_can_take_is_refused_before_it_is_queued(prompt: str) -> None:
    agency = Agency()
    await agency.open()
    with pytest.raises(Conflict, match="no program can take"):
        await agency.ask(prompt)
    async with agency.store.reading() as records:
        assert await records.runs.listing(9) == []
