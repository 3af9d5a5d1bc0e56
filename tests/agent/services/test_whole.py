"""Runs the services over the real store and real processes: nothing here is fake but the chat."""

from datetime import timedelta
from pathlib import Path

from agent.adapters.runner import CliRunner
from agent.adapters.sqlite import SqliteStore
from agent.domain.error_codes import ErrorCode
from agent.domain.run import RunState
from agent.logs import Redaction
from agent.services.journal import Journal
from agent.services.runs import Capacity
from tests.agent.makers import make_profile, make_session
from tests.agent.services.agency import Agency


class RealAgency(Agency):
    """An agency whose store and runner are real."""

    def __init__(self, store: SqliteStore, tmp_path: Path) -> None:
        super().__init__(store=store)
        self.tmp_path = tmp_path
        self.real_runner = CliRunner({"PATH": "/usr/bin:/bin"}, Redaction(), kill_grace_seconds=2)
        self.work._runner = self.recovery._runner = self.real_runner
        self.work._log_of = lambda run_id: tmp_path / "jobs" / f"{run_id}.log"
        self.runs._capacity = Capacity(2, timedelta(seconds=30))

    def will(self, script: str) -> None:
        self.profiles["default"] = make_profile(program="sh", arguments=("-c", script, "{prompt}"))

    async def open_real(self) -> None:
        async with self.store.transaction() as records:
            await records.sessions.add(make_session(workspace=str(self.tmp_path)))


async def test_a_prompt_runs_a_command_and_ends_in_the_chat(tmp_path: Path) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        agency = RealAgency(store, tmp_path)
        agency.will("echo working; echo done")
        await agency.open_real()

        run = await agency.ask()
        await agency.work_off()
        await agency.send_all()

        assert (await agency.run(run.id)).state is RunState.COMPLETED
        assert agency.chat.texts[-1] == "completed: working\ndone"
        assert (tmp_path / "jobs" / f"{run.id}.log").read_text() == "working\ndone\n"


async def test_a_crash_of_the_cli_is_a_failure_with_its_trail(tmp_path: Path) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        agency = RealAgency(store, tmp_path)
        agency.will("kill -9 $$")
        await agency.open_real()

        run = await agency.ask()
        await agency.work_off()
        agency.metrics.show(await agency.snapshots.take())

        ended = await agency.run(run.id)
        assert (ended.state, ended.error) == (RunState.FAILED, ErrorCode.CODEX_EXIT_NONZERO)
        assert b"codex_bot_run_failure_rate 1.0" in agency.metrics.exposition()
        assert b'codex_bot_recovery_trails_total{trail="recorded"} 1.0' in agency.metrics.exposition()
        assert b'televibe_circuit_breaker_failures_total{name="claude_code"} 1.0' in agency.metrics.exposition()


async def test_what_a_dead_life_was_executing_is_ended_and_failed_by_the_next(tmp_path: Path) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        agency = RealAgency(store, tmp_path)
        agency.will("echo ready; sleep 60")
        await agency.open_real()
        run = await agency.ask()
        await agency.runs.start_ready()
        while not (await agency.run(run.id)).pid:
            await agency.breathe()

        reborn = RealAgency(store, tmp_path)
        (ended,) = await reborn.recovery.take_over()

        assert (ended.id, ended.state) == (run.id, RunState.FAILED)
        for task in agency.work.active.values():
            task.cancel()


async def test_reading_goes_on_while_the_journal_is_writing(tmp_path: Path) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        agency = RealAgency(store, tmp_path)
        async with Journal(store, agency.clock, agency.observer).writing() as writing:
            await writing.records.controls.keep("a", "b")
            snapshot = await agency.snapshots.take()

        assert snapshot.approvals_pending == 0
