"""The store: one connection that writes, under a lock, and one that reads."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import aiosqlite

from agent.adapters.sqlite.faults import explained
from agent.adapters.sqlite.records import SqliteRecords
from agent.adapters.sqlite.rows import scalar
from agent.adapters.sqlite.schema import READER_PRAGMAS, WRITER_PRAGMAS, connect, migrate
from agent.adapters.sqlite.transactions import Transactions
from agent.errors import StoreError

_PROBE = "INSERT INTO controls VALUES ('write_probe', '1') ON CONFLICT DO UPDATE SET value = value + 1"


class SqliteStore:
    """Keeps `ports.Store` over a file."""

    def __init__(self, path: Path, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self._path = path
        self._writer = writer
        self._reader = reader
        self._transactions = Transactions(writer)
        self._writing = SqliteRecords(writer)
        self._looking = SqliteRecords(reader)

    @classmethod
    @asynccontextmanager
    async def opened(cls, path: Path) -> AsyncIterator[Self]:
        """The store over a file, which is made or brought up to date; closed at the end whatever happens."""
        with explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            writer = await connect(str(path), WRITER_PRAGMAS)
        try:
            with explained():
                await migrate(writer)
                reader = await connect(str(path), READER_PRAGMAS)
            try:
                store = cls(path, writer, reader)
                yield store
                await store._transactions.settled()
            finally:
                await reader.close()
        finally:
            await writer.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqliteRecords]:
        """See `ports.Store`."""
        async with self._transactions.one():
            yield self._writing

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqliteRecords]:
        """See `ports.Store`."""
        with explained():
            yield self._looking

    async def check_integrity(self) -> str:
        """On a connection of its own: it takes long on a large file, and readers should not wait."""
        try:
            checker = await connect(str(self._path), READER_PRAGMAS)
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
