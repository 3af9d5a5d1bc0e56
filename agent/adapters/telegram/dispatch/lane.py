"""A lane: the updates of one chat and topic, one after the other; some may overtake."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from agent.adapters.telegram.dispatch.hearing import Entry
from agent.errors import StoreError


class Lane:
    """Attends to its entries in order until there are none, or until the store refuses."""

    def __init__(
        self,
        attend: Callable[[Entry], Awaitable[StoreError | None]],
        excuse: Callable[[Entry, StoreError], Awaitable[None]],
        settled: Callable[[Entry], None],
        held_up: Callable[[], None],
    ) -> None:
        self._attend = attend
        self._excuse = excuse
        self._settled = settled
        self._held_up = held_up
        self._waiting: deque[Entry] = deque()
        self._arrived = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.is_held_up = False

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do."""
        return not self._waiting and self._task is None

    @property
    def task(self) -> asyncio.Task[None] | None:
        """What is under way."""
        return self._task

    def take(self, entry: Entry) -> None:
        """One more. A tap that has to wait is answered at once, for its button spins."""
        if self._task is not None and not entry.overtakes:
            entry.bell.ring()
        self._waiting.append(entry)
        self._arrived.set()
        self.go_on()

    def go_on(self) -> None:
        """Start, or start again after the store has refused."""
        if self._task is None and self._waiting:
            self._task = asyncio.create_task(self._work())

    async def _work(self) -> None:
        try:
            while self._waiting:
                entry = self._waiting.popleft()
                refusal = await self._beside_overtakers(entry)
                if refusal is not None:
                    self._waiting.appendleft(entry)
                    await self._hold_up(refusal)
                    return
                self.is_held_up = False
        finally:
            self._task = None

    async def _hold_up(self, refusal: StoreError) -> None:
        if not self.is_held_up:
            self.is_held_up = True
            self._held_up()
        for entry in tuple(self._waiting):
            await self._excuse(entry, refusal)

    async def _beside_overtakers(self, entry: Entry) -> StoreError | None:
        working = asyncio.ensure_future(self._attended(entry))
        try:
            while not working.done():
                self._arrived.clear()
                if await self._overtaken():
                    continue
                await self._news_or(working)
            return working.result()
        finally:
            working.cancel()

    async def _news_or(self, working: asyncio.Future[StoreError | None]) -> None:
        news = asyncio.ensure_future(self._arrived.wait())
        try:
            await asyncio.wait((working, news), return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()

    async def _overtaken(self) -> bool:
        """Attend to the first that may overtake; whether there was one."""
        first = next((each for each in self._waiting if each.overtakes), None)
        if first is None:
            return False
        place = self._waiting.index(first)
        del self._waiting[place]
        if await self._attended(first) is None:
            return True
        self._waiting.insert(place, first)
        return False

    async def _attended(self, entry: Entry) -> StoreError | None:
        refusal = await self._attend(entry)
        if refusal is None:
            self._settled(entry)
        return refusal
