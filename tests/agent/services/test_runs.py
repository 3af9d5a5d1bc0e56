"""Holds runs to their queue, their one execution, and an honest end with all that follows from it."""

from typing import cast

import pytest

from agent.domain.activity import Activity, Deferred, Failure, Opened, Said, Success, ToolBegan, ToolEnded
from agent.domain.approval import Scope
from agent.domain.breaker import BreakerName, HalfOpen, Open
from agent.domain.error_codes import ErrorCode
from agent.domain.recovery import Remedy
from agent.domain.run import RunState
from agent.domain.session import SessionState
from agent.errors import Conflict, LaunchError, NotFound, StoreReadOnly
from tests.agent.fakes import Script
from tests.agent.makers import make_session
from tests.agent.services.agency import Agency

OUTAGE = Script(verdict=Failure(ErrorCode.PROVIDER_UNHEALTHY, "529", 1))


async def test_a_prompt_becomes_a_run_that_completes() -> None:
    agency = Agency()
    await agency.open()
    agency.runner.scripts.append(Script([Opened("t-1"), Said("hm")], Success("All done.")))

    run = await agency.ask()
    await agency.work_off()

    ended = await agency.run(run.id)
    assert (ended.state, ended.summary, ended.resume_token) == (RunState.COMPLETED, "All done.", "t-1")
    await agency.send_all()
    assert agency.chat.texts[-1] == "completed: All done."


async def test_the_next_prompt_carries_on_in_the_same_conversation() -> None:
    agency = Agency()
    await agency.open()
    agency.runner.scripts.append(Script([Opened("t-1")]))
    await agency.ask()
    await agency.work_off()

    await agency.ask()
    await agency.work_off()

    assert [order.resume_token for order in agency.runner.orders] == ["", "t-1"]


async def test_runs_of_a_session_take_turns_and_sessions_do_not_wait_for_one_another() -> None:
    agency = Agency()
    await agency.open("S1", "S2")
    agency.runner.scripts.extend([Script(hangs=True), Script(hangs=True)])
    first, _, other = [await agency.ask(session_id=session) for session in ("S1", "S1", "S2")]

    await agency.runs.start_ready()
    await agency.breathe()

    assert [order.run_id for order in agency.runner.orders] == [first.id, other.id]
    await agency.work.stop_all()


async def test_no_more_runs_are_at_work_than_there_is_capacity() -> None:
    agency = Agency()
    await agency.open("S1", "S2", "S3")
    agency.runner.scripts.extend([Script(hangs=True)] * 3)
    for session in ("S1", "S2", "S3"):
        await agency.ask(session_id=session)

    await agency.runs.start_ready()

    assert len(agency.work.active) == 2
    await agency.work.stop_all()


async def test_a_run_is_committed_as_running_before_its_cli_is_started() -> None:
    agency = Agency()
    await agency.open()
    run = await agency.ask()
    await agency.runs.start_ready()

    assert agency.runner.orders == []
    assert (await agency.run(run.id)).state is RunState.RUNNING
    await agency.work.settle()


async def test_a_failed_run_has_a_code_a_trail_an_alert_and_an_offer() -> None:
    agency = Agency()
    await agency.open()
    agency.runner.scripts.append(Script(verdict=Failure(ErrorCode.CODEX_EXIT_NONZERO, "boom", 1)))
    run = await agency.ask()
    await agency.work_off()
    await agency.alerts.deliver_due()

    assert (await agency.run(run.id)).error is ErrorCode.CODEX_EXIT_NONZERO
    assert "recovery.attempted" in agency.observer.names
    assert agency.sink.sent[0].payload["error_code"] == "ERR_CODEX_EXIT_NONZERO"
    async with agency.store.reading() as records:
        names = [moment.event.value for moment in await records.timeline.of_run(run.id)]
    assert names == ["run.queued", "run.started", "run.failed", "recovery.attempted", "recovery.trail_checked"]


@pytest.mark.parametrize(
    ("missing", "code"), [(True, ErrorCode.CLI_NOT_FOUND), (False, ErrorCode.INVALID_AGENT_CONFIG)]
)
async def test_a_cli_that_cannot_be_started_fails_the_run_and_no_breaker(missing: bool, code: ErrorCode) -> None:
    agency = Agency()
    await agency.open()
    agency.runner.refusal = LaunchError("no", missing=missing)
    run = await agency.ask()
    await agency.work_off()

    assert (await agency.run(run.id)).error is code
    assert "breaker.failure_counted" not in agency.observer.names


async def test_cancelling_a_queued_run_ends_it_at_once() -> None:
    agency = Agency()
    await agency.open()
    run = await agency.ask()

    async with agency.journal.writing() as writing:
        await agency.runs.cancel(writing, run.id, 7)

    assert (await agency.run(run.id)).state is RunState.CANCELLED


async def test_cancelling_a_run_at_work_stops_its_cli() -> None:
    agency = Agency()
    await agency.open()
    agency.runner.scripts.append(Script(hangs=True))
    run = await agency.ask()
    await agency.runs.start_ready()
    await agency.breathe()

    async with agency.journal.writing() as writing:
        await agency.runs.cancel(writing, run.id, 7)
    await agency.work.settle()

    assert agency.runner.executions[0].stopped
    assert (await agency.run(run.id)).state is RunState.CANCELLED


async def test_cancelling_while_the_cli_is_just_being_started_is_not_forgotten() -> None:
    agency = Agency()
    await agency.open()
    agency.runner.scripts.append(Script(hangs=True))
    run = await agency.ask()
    await agency.runs.start_ready()

    async with agency.journal.writing() as writing:
        await agency.runs.cancel(writing, run.id, 7)
    await agency.work.settle()

    assert (await agency.run(run.id)).state is RunState.CANCELLED


async def test_what_has_ended_cannot_be_cancelled() -> None:
    agency = Agency()
    await agency.open()
    run = await agency.ask()
    await agency.work_off()

    async with agency.journal.writing() as writing:
        with pytest.raises(Conflict, match="already completed"):
            await agency.runs.cancel(writing, run.id, 7)
        with pytest.raises(NotFound):
            await agency.runs.cancel(writing, "nothing", 7)


async def test_a_closed_session_and_an_unknown_profile_take_no_prompt() -> None:
    agency = Agency()
    await agency.open()
    async with agency.store.transaction() as records:
        await records.sessions.save(make_session(state=SessionState.CLOSED))

    with pytest.raises(Conflict, match="closed"):
        await agency.ask()
    with pytest.raises(NotFound):
        await agency.ask(session_id="S9")


async def test_five_outages_in_a_row_leave_the_queue_waiting_until_a_probe_gets_through() -> None:
    agency = Agency()
    await agency.open("S1")
    agency.runner.scripts.extend([OUTAGE] * 5)
    for _ in range(5):
        await agency.ask()
    await agency.work_off()
    run = await agency.ask()

    assert isinstance(agency.breakers.state(BreakerName.CLAUDE_CODE), Open)
    assert await agency.runs.start_ready() == 0
    await agency.send_all()
    assert any("Jobs queued" in text for text in agency.chat.texts)

    agency.clock.advance(300)
    await agency.work_off()
    assert (await agency.run(run.id)).state is RunState.COMPLETED


async def test_a_restart_keeps_the_breaker_open() -> None:
    agency = Agency()
    await agency.open()
    agency.runner.scripts.extend([OUTAGE] * 5)
    for _ in range(5):
        await agency.ask()
    await agency.work_off()

    reborn = Agency(store=agency.store, clock=agency.clock)
    await reborn.breakers.load()

    assert isinstance(reborn.breakers.state(BreakerName.CLAUDE_CODE), Open)


async def test_a_restart_fails_what_was_at_work_reaps_its_process_and_runs_nothing_twice() -> None:
    agency = Agency()
    await agency.open()
    agency.runner.scripts.append(Script(hangs=True))
    run = await agency.ask()
    await agency.runs.start_ready()
    await agency.breathe()

    reborn = Agency(store=agency.store, clock=agency.clock)
    (ended,) = await reborn.recovery.take_over()
    await reborn.work_off()

    assert (ended.id, ended.state, ended.error) == (run.id, RunState.FAILED, ErrorCode.UNKNOWN)
    assert [(name, mark.pid if mark else 0) for name, mark in reborn.runner.reaped] == [(run.id, 101)]
    assert reborn.runner.orders == []
    for task in agency.work.active.values():
        task.cancel()


async def test_a_retry_is_a_new_run_and_closes_the_trail_of_the_old_one() -> None:
    agency = Agency()
    await agency.open()
    agency.runner.scripts.append(Script(verdict=Failure(ErrorCode.CODEX_EXIT_NONZERO, "boom", 1)))
    failed = await agency.ask()
    await agency.work_off()

    async with agency.journal.writing() as writing:
        again = await agency.recovery.apply(writing, failed.id, Remedy.RETRY_SAME_AGENT, 7)
    await agency.work_off()

    assert again is not None
    assert (await agency.run(again.id)).state is RunState.COMPLETED
    recoveries = [name for name in agency.observer.names if name.startswith("recovery.") and "trail" not in name]
    assert recoveries == ["recovery.attempted", "recovery.queued", "recovery.completed"]


async def test_only_what_was_offered_can_be_applied() -> None:
    agency = Agency()
    await agency.open()
    run = await agency.ask()
    async with agency.journal.writing() as writing:
        with pytest.raises(Conflict, match="nothing to recover"):
            await agency.recovery.apply(writing, run.id, Remedy.RETRY_SAME_AGENT, 7)


async def test_progress_is_shown_at_most_every_second_and_a_half() -> None:
    agency = Agency()
    await agency.open()
    agency.runner.scripts.append(Script([Said(str(number)) for number in range(100)]))
    await agency.ask()
    await agency.work_off()

    assert agency.observer.names.count("run.progress") == 0


async def test_a_failed_tool_is_told_and_does_not_fail_the_run() -> None:
    agency = Agency()
    await agency.open()
    agency.runner.scripts.append(Script([ToolBegan("shell", "false"), ToolEnded("shell", "false", ok=False)]))
    run = await agency.ask()
    await agency.work_off()
    await agency.alerts.deliver_due()

    assert (await agency.run(run.id)).state is RunState.COMPLETED
    assert [alert.category for alert in agency.sink.sent] == ["tool.step.failed"]


async def test_an_ending_is_kept_until_the_disk_takes_it() -> None:
    agency = Agency()
    await agency.open()
    agency.runner.scripts.append(Script(hangs=True))
    run = await agency.ask()
    await agency.runs.start_ready()
    await agency.breathe()

    agency.disk.broken = True
    agency.runner.executions[0].finish()
    await agency.breathe()
    agency.disk.broken = False
    agency.clock.advance(1)
    await agency.work.settle()

    assert (await agency.run(run.id)).state is RunState.COMPLETED


async def test_a_deferred_tool_call_waits_and_carries_on_without_saying_the_prompt_again() -> None:
    agency = Agency()
    await agency.open()
    agency.runner.scripts.append(Script([Opened("s-1")], Deferred("Bash", "t1", "git push", Scope.PUSH)))
    run = await agency.ask()
    await agency.work_off()
    assert (await agency.run(run.id)).state is RunState.WAITING_APPROVAL

    async with agency.store.reading() as records:
        (asked,) = await records.approvals.pending()
    async with agency.journal.writing() as writing:
        await agency.approvals.decide(writing, asked.id, yes=True, by=7)
    await agency.work_off()

    assert (await agency.run(run.id)).state is RunState.COMPLETED
    assert [(order.resume_token, order.continues) for order in agency.runner.orders] == [("", False), ("s-1", True)]


async def test_going_down_fails_what_is_at_work_and_offers_to_try_again() -> None:
    agency = Agency()
    await agency.open()
    agency.runner.scripts.append(Script(hangs=True))
    run = await agency.ask()
    await agency.runs.start_ready()
    await agency.breathe()

    await agency.work.stop_all()

    assert (await agency.run(run.id)).state is RunState.FAILED
    assert "recovery.attempted" in agency.observer.names


async def test_a_start_that_the_disk_refuses_does_not_use_up_the_breakers_probe() -> None:
    agency = Agency()
    await agency.open()
    run = await agency.ask()
    agency.breakers._states[BreakerName.CLAUDE_CODE] = HalfOpen()
    agency.disk.broken = True
    with pytest.raises(StoreReadOnly):
        await agency.runs.turn()
    agency.disk.broken = False

    await agency.work_off()

    assert (await agency.run(run.id)).state is RunState.COMPLETED


async def test_a_runner_that_breaks_its_promise_fails_the_run_and_frees_the_session() -> None:
    agency = Agency()
    await agency.open()
    agency.runner.scripts.append(Script(cast("list[Activity]", 7)))
    run = await agency.ask()
    again = await agency.ask()
    await agency.work_off()

    assert (await agency.run(run.id)).error is ErrorCode.UNKNOWN
    assert (await agency.run(again.id)).state is RunState.COMPLETED


async def test_a_prompt_can_be_reworded_until_something_has_come_of_it() -> None:
    agency = Agency()
    await agency.open()
    run = await agency.ask("fix it")
    async with agency.journal.writing() as writing:
        await agency.runs.reword(writing, run.id, "fix the login", by=7)
    await agency.work_off()
    assert [order.prompt for order in agency.runner.orders] == ["fix the login"]

    for refused, name, prompt in ((Conflict, run.id, "x"), (NotFound, "nothing", "x"), (Conflict, run.id, "a\0b")):
        with pytest.raises(refused):
            async with agency.journal.writing() as writing:
                await agency.runs.reword(writing, name, prompt, by=7)
