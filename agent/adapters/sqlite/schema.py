"""Opens the database, brings its schema up to date, and refuses one that a newer version has written."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final

import aiosqlite

from agent.errors import StoreTooNew

_NAME: Final = re.compile(r"(\d{4})_(\w+)\.sql")
_VERSIONS: Final = """
CREATE TABLE IF NOT EXISTS schema_version (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at TEXT NOT NULL
) STRICT
"""
_NOW: Final = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"

WRITER_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # what was accepted survives a power cut as well
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_size_limit = 67108864",
)
READER_PRAGMAS: Final = ("PRAGMA query_only = ON", "PRAGMA busy_timeout = 5000")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    version: int
    name: str
    sql: str


def migrations() -> tuple[Migration, ...]:
    """All steps in order."""
    folder = resources.files("agent.adapters.sqlite") / "migrations"
    found = [(match, entry) for entry in folder.iterdir() if (match := _NAME.fullmatch(entry.name))]
    steps = [Migration(int(match[1]), match[2], entry.read_text(encoding="utf-8")) for match, entry in found]
    return tuple(sorted(steps, key=lambda step: step.version))


async def connect(path: str, pragmas: Sequence[str]) -> aiosqlite.Connection:
    """A connection in autocommit mode, whose thread does not keep a crashed agent alive."""
    connection = aiosqlite.connect(path, isolation_level=None)
    connection._thread.daemon = True  # noqa: SLF001 - otherwise an unhandled crash hangs at exit and nobody restarts us
    await connection
    try:
        for pragma in pragmas:
            await connection.execute(pragma)
    except BaseException:
        await connection.close()
        raise
    return connection


async def migrate(connection: aiosqlite.Connection, steps: Sequence[Migration] | None = None) -> int:
    """Apply what is missing, each step in a transaction of its own; answers how many steps that were."""
    known = migrations() if steps is None else steps
    await connection.execute(_VERSIONS)
    row = await (await connection.execute("SELECT coalesce(max(version), 0) FROM schema_version")).fetchone()
    version = int(row[0]) if row else 0
    if version > max((step.version for step in known), default=0):
        raise StoreTooNew
    missing = [step for step in known if step.version > version]
    for step in missing:
        await _apply(connection, step)
    return len(missing)


async def _apply(connection: aiosqlite.Connection, step: Migration) -> None:
    noted = f"INSERT INTO schema_version VALUES ({step.version}, '{step.name}', {_NOW});"  # noqa: S608 - own file names
    try:
        await connection.executescript(f"BEGIN IMMEDIATE;\n{step.sql}\n{noted}\nCOMMIT;")
    except sqlite3.Error:
        await connection.rollback()
        raise
