"""A conversation over the strict double of Telegram, a real database and real git; only the CLI is played."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from agent.adapters.git import Git, GitWorktrees
from agent.adapters.sqlite import SqliteStore
from agent.adapters.telegram import Asides, Intake, Polling, TelegramChat
from agent.adapters.telegram.dispatch import Dispatcher
from agent.domain.roles import Role
from agent.domain.run import RunState
from agent.services.projects import Projects
from agent.services.sessions import Sessions
from tests.agent.adapters.telegram.dispatch.office import Office
from tests.agent.adapters.telegram.stage import CHAT, SOON, Stage, StepClock


class Line:
    """An office on the phone: what a person does comes in, what is answered goes out."""

    def __init__(self, office: Office, stage: Stage, git: GitWorktrees) -> None:
        agency = office.agency
        chat = TelegramChat(stage.connection.bot)
        agency.messages._chat = chat
        office.desk = replace(
            office.desk,
            chat=chat,
            asides=Asides(stage.connection.bot),
            sessions=Sessions(agency.journal, git, agency.endings, agency.guard),
            projects=Projects(agency.journal, git, agency.guard),
        )
        office.dispatcher = Dispatcher(office.desk)
        office.intake = Intake(office.store, office.clock, office.dispatcher.wake.set, office.dispatcher.refused)
        self.office, self.stage = office, stage

    async def write(self, text: str, **more: Any) -> str:  # noqa: ANN401 - JSON
        """Somebody writes; answers the newest message."""
        await self.stage.sim.write(CHAT, text, **more)
        return await self._answered()

    async def tap(self, button: str) -> str:
        await self.stage.sim.tap(CHAT, button)
        return await self._answered()

    async def _answered(self) -> str:
        async with asyncio.timeout(SOON):
            await self.office.dispatcher.wake.wait()
        self.office.dispatcher.wake.clear()
        await self.office.hears()
        await self.office.agency.send_all()
        return (await self.stage.texts())[-1]


@asynccontextmanager
async def on_the_line(stage: Stage, folder: Path) -> AsyncIterator[Line]:
    git = GitWorktrees(folder / "repos", folder / "workspaces", StepClock())
    await _make_repository(folder / "repos" / "app")
    async with SqliteStore.opened(folder / "state.db") as store:
        line = Line(Office(folder, store=store, users={CHAT: Role.ADMIN}), stage, git)
        poller = asyncio.create_task(Polling(stage.connection, line.office.intake, StepClock()).run())
        try:
            yield line
        finally:
            poller.cancel()
            await asyncio.gather(poller, return_exceptions=True)


async def _make_repository(folder: Path) -> None:
    git = Git(timeout_seconds=30)
    await asyncio.to_thread(folder.mkdir, parents=True)
    who = ("-c", "user.name=T", "-c", "user.email=t@example.org")
    await git.tell(folder, "init", "--initial-branch=main")
    await git.tell(folder, *who, "commit", "--allow-empty", "--message", "first")


async def test_a_whole_conversation_reaches_the_phone_and_the_worktree(stage: Stage, tmp_path: Path) -> None:
    async with on_the_line(stage, tmp_path) as line:
        assert "1 repository found" in await line.write("/scan")
        assert "Session S1 in app" in await line.write("/new app")

        document = {"name": "plan.txt", "content": "all of it"}
        await line.write("read this", document=document)
        (run,) = await line.office.runs()
        assert run.prompt.endswith("inbox/plan.txt.")
        assert (tmp_path / "workspaces" / "app" / "S1" / "inbox" / "plan.txt").read_text() == "all of it"

        await line.tap("Cancel")
        assert (await line.office.agency.run(run.id)).state is RunState.CANCELLED
        (answer,) = await stage.sim.called("answerCallbackQuery")
        assert "was taken out of the queue" in str(answer)

        assert "inbox/plan.txt" in await line.write("/diff")
        await line.write("/get inbox/plan.txt")
        assert (await stage.sim.messages(CHAT))[-1]["file"]["file_name"] == "plan.txt"

        assert "is closed" in await line.write("/close")
        assert not (tmp_path / "workspaces" / "app" / "S1").exists()
        assert "There is no open session" in await line.write("/diff")
