"""What the tests of the Telegram adapters hold: the connection under test and the control of the simulated Telegram."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from agent.adapters.telegram import Connection, Intake, Polling, connect
from agent.domain.inbox import Item, Source
from agent.sandbox.bot import DEFAULT_TOKEN
from agent.sandbox.remote import Remote
from agent.settings.model import Telegram, Updates
from agent.settings.secret import Secret
from tests.agent.memory_store import MemoryStore

CHAT = 42
GROUP = -1001234567890
SOON = 15.0
SECRET = Secret("a-secret-for-the-header")


@dataclass(frozen=True)
class Stage:
    connection: Connection
    sim: Remote

    async def texts(self, chat_id: int = CHAT) -> list[str]:
        return [message["text"] for message in await self.sim.messages(chat_id)]


def telegram_settings(url: str, token: str = DEFAULT_TOKEN) -> Telegram:
    return Telegram(
        token=Secret(token),
        base_url=f"{url}/bot",
        users={},
        updates=Updates.POLLING,
        webhook_url="",
        webhook_secret=SECRET,
        admin_chat=None,
        ready_timeout_seconds=5,
    )


@asynccontextmanager
async def connected(url: str, token: str = DEFAULT_TOKEN) -> AsyncIterator[Connection]:
    connection = connect(telegram_settings(url, token))
    try:
        yield connection
    finally:
        await connection.close()


class StepClock:
    """Wall time that a test advances; whoever sleeps waits for the test, which can wait for a sleeper."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []
        self._came = asyncio.Event()
        self.flowing = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(1_800_000_000 + self._seconds, UTC)

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        if seconds <= self.flowing:
            await asyncio.sleep(0)
            return
        waker = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._seconds + seconds, waker))
        self._came.set()
        await waker

    def advance(self, seconds: float) -> None:
        self._seconds += seconds
        for until, waker in self._sleepers:
            if until <= self._seconds and not waker.done():
                waker.set_result(None)

    def flow(self, at_most: float) -> None:
        """From now on no pause up to this length takes any time."""
        self.flowing = at_most
        self.advance(at_most)

    async def pass_next_pause(self, at_most: float) -> float:
        """Wait until somebody pauses for no longer than this, and let that time pass."""
        pause = await self.next_pause(at_most)
        self.advance(pause)
        return pause

    async def next_pause(self, at_most: float) -> float:
        """Wait until somebody pauses for no longer than this."""
        async with asyncio.timeout(SOON):
            while True:
                waiting = [until - self._seconds for until, waker in self._sleepers if not waker.done()]
                short = [pause for pause in waiting if pause <= at_most]
                if short:
                    return min(short)
                self._came.clear()
                await self._came.wait()


class Mailbox:
    """A store, the intake in front of it, and a way to wait for what it takes."""

    def __init__(self, clock: StepClock) -> None:
        self.store = MemoryStore()
        self._taken = asyncio.Event()
        self.intake = Intake(self.store, clock, self._taken.set)

    async def items(self, count: int) -> list[Item]:
        async with asyncio.timeout(SOON):
            while True:
                self._taken.clear()
                async with self.store.reading() as records:
                    found = list(await records.inbox.waiting(Source.TELEGRAM, 100))
                if len(found) >= count:
                    return found
                await self._taken.wait()


@asynccontextmanager
async def polling(connection: Connection, mailbox: Mailbox, clock: StepClock) -> AsyncIterator[Polling]:
    poller = Polling(connection, mailbox.intake, clock)
    task = asyncio.create_task(poller.run())
    try:
        yield poller
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
