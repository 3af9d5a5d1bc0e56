"""The store: one connection that writes, under a lock, and one that reads."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self

from agent.adapters.sqlite.faults import explained
from agent.adapters.sqlite.opening import Pair, as_it_is, is_writable, opened
from agent.adapters.sqlite.records import SqliteRecords
from agent.adapters.sqlite.rows import scalar
from agent.adapters.sqlite.schema import READER_PRAGMAS, connect
from agent.adapters.sqlite.transactions import Transactions
from agent.errors import StoreError

_PROBE = "INSERT INTO controls VALUES ('write_probe', '1') ON CONFLICT DO UPDATE SET value = value + 1"


class SqliteStore:
    """Keeps `ports.Store` over a file."""

    def __init__(self, path: Path, pair: Pair) -> None:
        self._path = path
        self._in_use = 0
        self._refusal = ""
        self._is_open = asyncio.Event()
        self._use(pair)

    @classmethod
    @asynccontextmanager
    async def opened(cls, path: Path) -> AsyncIterator[Self]:
        """The store over a file, which is made or brought up to date; closed at the end whatever happens."""
        with explained():
            with suppress(OSError):  # SQLite says it better
                path.parent.mkdir(parents=True, exist_ok=True)
            store = cls(path, await opened(path))
        try:
            yield store
        finally:
            await store.settled()
            await store._pair.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqliteRecords]:
        """See `ports.Store`."""
        if self._pair.frozen and not self._in_use and is_writable(self._path):
            await self._thaw()
        async with self._used():
            before = self._writer.total_changes
            try:
                async with self._transactions.one():
                    yield self._writing
            except StoreError as error:
                self._refusal = str(error)
                raise
            if self._writer.total_changes != before:  # a full disk commits what has changed nothing
                self._refusal = ""

    @property
    def refusal(self) -> str:
        """See `ports.Store`."""
        return self._refusal

    async def settled(self) -> None:
        """Wait for commits that are under way, also those that nobody waits for any more."""
        await self._transactions.settled()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqliteRecords]:
        """See `ports.Store`."""
        async with self._used():
            with explained():
                yield self._looking

    async def check_integrity(self) -> str:
        """On a connection of its own: it takes long on a large file, and readers should not wait."""
        try:
            frozen = self._pair.frozen
            checker = await connect(as_it_is(self._path) if frozen else str(self._path), READER_PRAGMAS)
            try:
                found = str(await scalar(checker, "PRAGMA quick_check(1)"))
            finally:
                await checker.close()
        except sqlite3.Error as error:
            return str(error)
        return "" if found == "ok" else found

    async def check_writes(self) -> str:
        """A real write, committed."""
        try:
            async with self.transaction():
                await self._writer.execute(_PROBE)
        except StoreError as error:
            return str(error)
        return ""

    @asynccontextmanager
    async def _used(self) -> AsyncIterator[None]:
        await self._is_open.wait()
        self._in_use += 1
        try:
            yield
        finally:
            self._in_use -= 1

    def _use(self, pair: Pair) -> None:
        self._pair, self._writer = pair, pair.writer
        self._transactions = Transactions(pair.writer)
        self._writing, self._looking = SqliteRecords(pair.writer), SqliteRecords(pair.reader)
        self._is_open.set()

    async def _thaw(self) -> None:
        """The disk takes writes again. A process shares what SQLite knows of a file, so all has to be closed first."""
        self._is_open.clear()
        try:
            await self._pair.close()
            with explained():
                self._use(await opened(self._path))
        finally:
            self._is_open.set()
