"""Opens the database as well as the disk allows: to be written, or on a disk that refuses, to be read at least."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiosqlite

from agent.adapters.sqlite.schema import READER_PRAGMAS, WRITER_PRAGMAS, connect, migrate

_PATIENT: Final = ("PRAGMA busy_timeout = 5000",)


@dataclass(frozen=True, slots=True)
class Pair:
    """The two connections of a store.

    Attributes:
        frozen: whether SQLite took the file for read-only; such a connection stays so, whatever becomes of the disk.
    """

    writer: aiosqlite.Connection
    reader: aiosqlite.Connection
    frozen: bool

    async def close(self) -> None:
        """Give both back."""
        await self.reader.close()
        await self.writer.close()


async def opened(path: Path) -> Pair:
    """The database with its schema up to date. Raises what SQLite raises when it cannot even be read."""
    if os.access(path, os.F_OK) and not is_writable(path):
        return await _pair(as_it_is(path), _PATIENT, frozen=True)
    return await _pair(str(path), WRITER_PRAGMAS, frozen=False)


def is_writable(path: Path) -> bool:
    """Whether the disk would let us, as far as it tells beforehand; a full one does not."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def as_it_is(path: Path) -> str:
    """The address of a database on a disk that is read-only.

    Without a write-ahead log nothing can change below us, and SQLite need not make the files that it cannot make.
    """
    log = path.with_name(f"{path.name}-wal")
    return f"{path.absolute().as_uri()}?{'mode=ro' if log.exists() else 'immutable=1'}"


async def _pair(address: str, pragmas: tuple[str, ...], *, frozen: bool) -> Pair:
    writer = await connect(address, pragmas)
    try:
        await migrate(writer)
        return Pair(writer, await connect(address, READER_PRAGMAS), frozen)
    except BaseException:
        await writer.close()
        raise
