"""Runs the services over the real store, the real runner, the stand-in claude and the real hook."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from agent.adapters.ids import SystemIds
from agent.adapters.profiles import sandbox_profiles
from agent.adapters.runner import CliRunner, Hooks, NotedByHook
from agent.adapters.sqlite import SqliteStore
from agent.domain.approval import ApprovalState, Scope
from agent.domain.containment import Containment
from agent.domain.run import Run, RunState
from agent.hook import command, notes_of
from agent.logs import Redaction
from agent.settings import load
from tests.agent.fakes import FakeClock
from tests.agent.makers import make_session
from tests.agent.services.agency import Agency

LIMITS = load({}, sandbox=True).limits
ASKING = "[[needs-approval git push origin main; edit notes.md after; say pushed]]"


class AskingAgency(Agency):
    """An agency whose claude asks."""

    def __init__(self, store: SqliteStore, folder: Path) -> None:
        super().__init__(store=store, clock=FakeClock(datetime.now(UTC)))  # the hook reads the real one
        self.folder = folder
        environment = {"PATH": "/usr/bin:/bin", "CLAUDE_CONFIG_DIR": str(folder / "claude"), "STANDIN_PACE": "0"}
        database = folder / "state of it.db"
        runner = CliRunner(
            environment,
            Redaction(),
            kill_grace_seconds=2,
            hooks=Hooks(command(database), command(database, asks=False)),
        )
        self.work._runner = self.recovery._runner = runner
        self.unasked._notes = NotedByHook(partial(notes_of, database))
        self.work._log_of = lambda run_id: folder / "jobs" / f"{run_id}.log"
        self.runs._ids = self.approvals._ids = SystemIds()
        self.profiles["claude"] = sandbox_profiles(LIMITS)["claude"]

    async def prompt(self, text: str) -> Run:
        run = await self.ask(text, profile="claude")
        await self.work_off()
        return await self.run(run.id)

    async def answer(self, *, yes: bool, for_session: bool = False) -> None:
        async with self.journal.writing() as writing:
            (asked,) = await writing.records.approvals.pending()
            await self.approvals.decide(writing, asked.id, yes=yes, by=7, for_session=for_session)
        await self.work_off()

    async def tools(self, run: Run) -> list[str]:
        async with self.store.reading() as records:
            return [moment.event for moment in await records.timeline.of_run(run.id) if "tool.step" in moment.event]


@asynccontextmanager
async def asking(tmp_path: Path) -> AsyncIterator[AskingAgency]:
    async with SqliteStore.opened(tmp_path / "state of it.db") as store:
        agency = AskingAgency(store, tmp_path)
        (tmp_path / "work").mkdir(exist_ok=True)
        async with store.transaction() as records:
            if await records.sessions.get("S1") is None:
                await records.sessions.add(make_session(workspace=str(tmp_path / "work")))
        yield agency


async def test_a_run_waits_for_a_yes_and_then_goes_on_from_that_very_call(tmp_path: Path) -> None:
    async with asking(tmp_path) as agency:
        run = await agency.prompt(ASKING)
        assert run.state is RunState.WAITING_APPROVAL
        async with agency.store.reading() as records:
            (asked,) = await records.approvals.pending()
        assert (asked.tool, asked.scope, asked.question) == ("Bash", Scope.PUSH, "Bash: git push origin main")

        await agency.answer(yes=True)

        assert (await agency.run(run.id)).state is RunState.WAITING_APPROVAL  # now it wants to write
        await agency.answer(yes=True)
        ended = await agency.run(run.id)
        assert (ended.state, ended.summary) == (RunState.COMPLETED, "pushed")
        assert (tmp_path / "work" / "notes.md").read_text() == "after\n"


async def test_a_no_ends_the_run_and_nothing_was_done(tmp_path: Path) -> None:
    async with asking(tmp_path) as agency:
        run = await agency.prompt("[[edit notes.md hello; say done]]")

        await agency.answer(yes=False)

        assert (await agency.run(run.id)).state is RunState.CANCELLED
        assert not (tmp_path / "work" / "notes.md").exists()


async def test_a_question_survives_the_agent_that_asked_it(tmp_path: Path) -> None:
    async with asking(tmp_path) as agency:
        run = await agency.prompt("[[edit notes.md hello; say done]]")

    async with asking(tmp_path) as reborn:
        await reborn.answer(yes=True)

        assert (await reborn.run(run.id)).summary == "done"
        assert (tmp_path / "work" / "notes.md").read_text() == "hello\n"


async def test_a_tool_on_the_denylist_is_refused_without_asking_anybody(tmp_path: Path) -> None:
    async with asking(tmp_path) as agency:
        async with agency.store.transaction() as records:
            await records.controls.contain(Containment(denied_tools=("Write",)))

        run = await agency.prompt("[[edit notes.md hello; say done]]")

        assert (run.state, run.summary) == (RunState.COMPLETED, "done")
        assert await agency.tools(run) == ["tool.step.started", "tool.step.failed"]
        assert not (tmp_path / "work" / "notes.md").exists()


async def test_the_denylist_holds_where_tools_do_not_ask(tmp_path: Path) -> None:
    async with asking(tmp_path) as agency:
        agency.profiles["claude"] = replace(
            agency.profiles["claude"], tools_ask=False, arguments=("--permission-mode", "bypassPermissions")
        )
        free = await agency.prompt("[[edit notes.md before; say done]]")
        async with agency.journal.writing() as writing:
            await writing.records.controls.contain(Containment(denied_tools=("Write", "Edit")))

        held = await agency.prompt("[[edit notes.md after; say done]]")

        assert (free.state, "tool.step.failed" in await agency.tools(free)) == (RunState.COMPLETED, False)
        assert "tool.step.failed" in await agency.tools(held)
        assert (tmp_path / "work" / "notes.md").read_text() == "before\n"


async def test_a_yes_for_the_session_spares_the_next_run_the_question(tmp_path: Path) -> None:
    async with asking(tmp_path) as agency:
        await agency.prompt("[[edit notes.md one; edit notes.md two; say done]]")
        await agency.answer(yes=True, for_session=True)

        second = await agency.prompt("[[edit notes.md three; say done]]")

        assert second.state is RunState.COMPLETED
        assert (tmp_path / "work" / "notes.md").read_text() == "one\ntwo\nthree\n"
        async with agency.store.reading() as records:
            assert [each.state for each in await records.approvals.listing(9)] == [ApprovalState.APPROVED]


async def test_what_a_yes_for_the_session_spares_is_on_the_timeline(tmp_path: Path) -> None:
    async with asking(tmp_path) as agency:
        first = await agency.prompt("[[edit notes.md one; edit notes.md two; say done]]")
        await agency.answer(yes=True, for_session=True)
        second = await agency.prompt("[[edit notes.md three; say done]]")

        async with agency.store.reading() as records:
            unasked = [
                (moment.run_id, moment.facts["scope"], moment.facts["reason"])
                for run in (first, second)
                for moment in await records.timeline.of_run(run.id)
                if moment.event == "tool.step.let_through"
            ]
        why = "The scope write is approved for this session."
        assert unasked == [(first.id, "write", why), (second.id, "write", why)]


async def test_reading_asks_nobody(tmp_path: Path) -> None:
    async with asking(tmp_path) as agency:
        run = await agency.prompt("[[say hello]]")

        assert (run.state, run.summary) == (RunState.COMPLETED, "hello")
