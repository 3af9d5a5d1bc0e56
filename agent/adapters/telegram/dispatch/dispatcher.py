"""Takes what waits in the inbox into its lanes, and looks again when there may be more."""

import asyncio
import json
from collections.abc import Sequence
from typing import Final

from agent.adapters.telegram.dispatch.attempt import Attempts
from agent.adapters.telegram.dispatch.bell import Beside
from agent.adapters.telegram.dispatch.desk import Desk
from agent.adapters.telegram.dispatch.files import tidy
from agent.adapters.telegram.dispatch.hearing import Entry, Hearing, Place
from agent.adapters.telegram.dispatch.lane import Lane
from agent.adapters.telegram.dispatch.strangers import Strangers
from agent.adapters.telegram.intake import Raw, number_of
from agent.domain.inbox import Item, Source
from agent.errors import StoreError

IDLE_SECONDS: Final = 60.0
_STORE_SECONDS: Final = 1.0
_AT_ONCE: Final = 100
_MOST_TAKEN: Final = 2000
"""Entries in memory; whoever sends more in one go than git can keep up with holds up only who comes after that."""


class Dispatcher:
    """The one reader of Telegram's inbox."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._beside = Beside()
        self._hearing = Hearing(desk, self._beside, Strangers(desk.journal.clock))
        self._attempts = Attempts(desk, self._beside)
        self._lanes: dict[Place, Lane] = {}
        self._taken: set[int] = set()
        self._just_settled: set[int] = set()
        self._excused: dict[str, bool] = {}
        self.wake = asyncio.Event()

    async def turn(self) -> float:
        """Take up what has come in; answers how many seconds until to look again. Raises `StoreError`."""
        for lane in self._lanes.values():
            lane.go_on()
        limit = min(len(self._taken) + _AT_ONCE, _MOST_TAKEN)
        fresh = await self._fresh(limit)
        await self._wave_through([item for item in fresh if not self._heard(item)])
        self._lanes = {place: lane for place, lane in self._lanes.items() if not lane.is_idle}
        if len(fresh) == _AT_ONCE:
            return 0.0
        return _STORE_SECONDS if self._is_held_up else IDLE_SECONDS

    def refused(self, updates: Sequence[Raw], error: StoreError) -> None:
        """Updates that the intake could not keep: who only looks is answered now, others hear once that they wait.

        Telegram keeps them and brings them again. Each is then dealt with as usual, and what was said is not repeated.
        """
        for update in updates:
            key = str(number_of(update))
            if key not in self._excused:
                self._excused[key] = False
                self._beside.start(self._excuse(key, update, error))

    async def settle(self) -> None:
        """Wait until every lane is empty, or held up by the store."""
        while working := [lane.task for lane in self._lanes.values() if lane.task is not None]:
            await asyncio.gather(*working)
        await self._beside.settle()

    async def stop(self) -> None:
        """Leave everything where it is; what was under way is begun again in the next life."""
        working = [lane.task for lane in self._lanes.values() if lane.task is not None]
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        await self._beside.settle()

    async def tidy(self) -> int:
        """Delete files that went out long ago; answers how many."""
        return await asyncio.to_thread(tidy, self._desk.spool)

    @property
    def _is_held_up(self) -> bool:
        return any(lane.is_held_up for lane in self._lanes.values())

    async def _excuse(self, key: str, update: Raw, error: StoreError) -> None:
        now = self._desk.journal.clock.now()
        item = Item(id=0, source=Source.TELEGRAM, key=key, body=json.dumps(update), accepted_at=now)
        entry = self._hearing.entry(item)
        if entry is not None:
            await self._attempts.excuse(entry, error)
            self._excused[key] = entry.answered
        while len(self._excused) > _MOST_TAKEN:
            self._excused.pop(next(iter(self._excused)))

    async def _fresh(self, limit: int) -> Sequence[Item]:
        self._just_settled.clear()
        async with self._desk.journal.store.reading() as records:
            waiting = await records.inbox.waiting(Source.TELEGRAM, limit)
        known = self._taken | self._just_settled  # settled since we have begun to read, so perhaps still among them
        return [item for item in waiting if item.id not in known]

    def _take(self, entry: Entry) -> None:
        entry.excused = entry.item.key in self._excused
        entry.answered = self._excused.pop(entry.item.key, False)
        self._taken.add(entry.item.id)
        lane = self._lanes.get(entry.place)
        if lane is None:
            lane = self._lanes[entry.place] = Lane(
                self._attempts.attend, self._attempts.excuse, self._settled, self.wake.set
            )
        lane.take(entry)

    def _settled(self, entry: Entry) -> None:
        self._taken.discard(entry.item.id)
        self._just_settled.add(entry.item.id)
        if len(self._taken) >= _MOST_TAKEN - 1:
            self.wake.set()

    def _heard(self, item: Item) -> bool:
        """Whether it is anybody's business; then it is in its lane."""
        entry = self._hearing.entry(item)
        if entry is not None:
            self._take(entry)
        return entry is not None

    async def _wave_through(self, items: Sequence[Item]) -> None:
        """Strangers, other bots' commands and what nobody reads: nothing happens, and that is done at once."""
        if items:
            async with self._desk.journal.writing() as writing:
                for item in items:
                    await writing.records.inbox.done(item.id)
