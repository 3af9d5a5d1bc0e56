"""Everything that stands between a rule and a phone, as processes of this machine: Alertmanager, agent, Telegram."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from agent.sandbox.remote import Remote
from tests.end_to_end.agent.alertmanager import TOKEN
from tests.end_to_end.agent.stage import Life, Stage, free_port
from tests.end_to_end.agent.talk import PERSON, Shown, Talk

from .alertmanager import Alertmanager, alertmanager
from .alerts import CATALOG


@dataclass(slots=True)
class Duty:
    """The on-call, with everything that reaches them.

    Attributes:
        life: the agent's present one.
    """

    stage: Stage
    alertmanager: Alertmanager
    life: Life

    @classmethod
    @asynccontextmanager
    async def on(cls, folder: Path, **environment: str) -> AsyncIterator[Self]:
        """All of it for the length of the block."""
        port = str(free_port())
        known = {"BIND_PORT": port, "ALERTMANAGER_WEBHOOK_TOKEN": TOKEN, "RUNBOOK_CATALOG": str(CATALOG)}
        async with Stage.set(folder, **(known | environment)) as stage:
            place = f"http://127.0.0.1:{port}"
            async with alertmanager(folder / "alertmanager", stage.session, place) as teller:
                stage.environment.setdefault("ALERTMANAGER_URL", teller.url)
                yield cls(stage, teller, await stage.start())

    @property
    def remote(self) -> Remote:
        return self.stage.remote

    @property
    def talk(self) -> Talk:
        """The chat where incidents are posted."""
        return Talk(self.remote, PERSON, PERSON)

    async def sees(self, pattern: str, **more: object) -> Shown:
        """Wait for words of the bot in that chat."""
        return await self.talk.sees(pattern, **more)

    async def taps(self, message: Shown, button: str, **more: object) -> Shown:
        """Tap a button of a message; answers once the tap was answered."""
        return await self.talk.taps(button, message_id=message["message_id"], **more)

    async def about(self, name: str) -> list[Shown]:
        """All messages whose first line names the alert."""
        return [each for each in await self.talk.heard() if name in each["text"].partition("\n")[0]]

    async def kill(self) -> None:
        """`kill -9`, at a moment when nothing is on its way to Telegram."""
        await self.stage.until("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending'))")
        await self.life.kill()

    async def start_again(self, **environment: str) -> None:
        """`kill -9` for a life that still lives, and the next one."""
        if self.life.process.returncode is None:
            await self.kill()
        self.life = await self.stage.start(**environment)

    async def incident(self, name: str) -> dict[str, Any]:
        """The newest incident of an alert, as the API has it."""
        found: list[dict[str, Any]] = await self.life.get("/api/incidents")
        return next(each for each in found if each["name"] == name)


async def until(holds: Any, seconds: float = 10.0) -> None:  # noqa: ANN401 - any coroutine function without arguments
    """Wait until something asked for is true, looking rather than guessing how long it takes."""
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - it is asked of other processes
            await asyncio.sleep(0.05)
