"""Transactions one after the other, and one commit for all that waited in line while the disk was busy with the last.

A commit costs a sync of the disk. Whoever is alone commits at once; under load those who stand in line are committed
together, and each is told only when the disk has it all. So what was promised stays promised, and a slow disk slows
nobody down by more than two syncs.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any

import aiosqlite

from agent.adapters.sqlite.faults import as_store_error, explained
from agent.errors import StoreError

End = asyncio.Future[type[StoreError] | None]
"""How a group ended: None when it was committed, otherwise what each of its members is told."""


class Transactions:
    """All writing of one connection in autocommit mode. A group is an open transaction, a member a savepoint in it."""

    def __init__(self, writer: aiosqlite.Connection) -> None:
        self._writer = writer
        self._turn = asyncio.Lock()  # first come, first served: the commit stands in line behind those it takes along
        self._group: End | None = None
        self._commits: set[asyncio.Task[None]] = set()
        self._numbers = count(1)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """What is executed inside is committed when this ends, or undone when anything is raised inside."""
        async with self._turn:
            savepoint = "" if self._group is None else f"member_{next(self._numbers)}"
            try:
                with explained():
                    await self._writer.execute(f"SAVEPOINT {savepoint}" if savepoint else "BEGIN IMMEDIATE")
                    yield
                if not self._writer.in_transaction:
                    raise StoreError  # noqa: TRY301 - SQLite gave up on all of it, and the body went on regardless
            except BaseException as error:  # a cancelled task must not leave the connection inside a transaction
                await _to_its_end(self._undo(savepoint, error))
                raise
            end = self._group = self._group or self._begun()
        refusal = await asyncio.shield(end)
        if refusal is not None:
            raise refusal

    async def settled(self) -> None:
        """Wait for commits that are under way."""
        await asyncio.gather(*self._commits, return_exceptions=True)

    def _begun(self) -> End:
        end: End = asyncio.get_running_loop().create_future()
        commit = asyncio.create_task(self._commit(end))
        self._commits.add(commit)
        commit.add_done_callback(self._commits.discard)
        return end

    async def _commit(self, end: End) -> None:
        async with self._turn:
            if end.done():
                return
            try:
                if not self._writer.in_transaction:
                    raise sqlite3.OperationalError
                await self._writer.commit()
            except sqlite3.Error as error:
                await self._give_up(type(as_store_error(error)))
            else:
                self._group = None
                end.set_result(None)

    async def _undo(self, savepoint: str, cause: BaseException) -> None:
        """Undo one member; its group goes on without it, unless SQLite has undone everything, as on a full disk."""
        if not savepoint:
            await self._roll_back()
            return
        try:
            await self._writer.execute(f"ROLLBACK TO {savepoint}")
        except sqlite3.Error:
            await self._give_up(type(cause) if isinstance(cause, StoreError) else StoreError)

    async def _give_up(self, refusal: type[StoreError]) -> None:
        await self._roll_back()
        group, self._group = self._group, None
        if group is not None:
            group.set_result(refusal)

    async def _roll_back(self) -> None:
        with suppress(sqlite3.Error):  # SQLite has rolled back by itself, as on a full disk
            await self._writer.rollback()


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Do it whatever happens: whoever is cancelled a second time still leaves order behind."""
    task = asyncio.ensure_future(work)
    while not task.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(task)
