"""Copies of the database that can be trusted: made by SQLite itself, compared, compressed, and kept for a while.

Copying the file would lose everything that is still in the write-ahead log, and its integrity check would say `ok`.
"""

import asyncio
import fcntl
import gzip
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from agent.errors import BackupError
from agent.ports import Clock

_STAMP: Final = "%Y-%m-%dT%H-%M-%S"
_NAME: Final = re.compile(r"state-(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2})\.db\.gz")


class SqliteBackups:
    """Keeps `ports.Backups`: `state-2025-12-13T06-00-00.db.gz` in a folder."""

    def __init__(self, database: Path, folder: Path, *, keep_days: int, clock: Clock) -> None:
        self._database = database
        self._folder = folder
        self._keep = timedelta(days=keep_days)
        self._clock = clock

    async def make(self) -> Path:
        """See `ports.Backups`."""
        now = self._clock.now()
        try:
            made = await asyncio.to_thread(self._make, now)
            await asyncio.to_thread(self._expire, now)
        except (OSError, sqlite3.Error) as error:
            raise BackupError(f"The backup could not be made: {error}.") from error
        return made

    def newest(self) -> datetime | None:
        """See `ports.Backups`."""
        return max((at for at, _ in self.kept()), default=None)

    def kept(self) -> Iterator[tuple[datetime, Path]]:
        """Every backup with its time."""
        if not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            if found := _NAME.fullmatch(path.name):
                yield datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC), path

    def _make(self, now: datetime) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(self._folder):  # an operator's `tocsin-agent backup` beside the agent's own
            return self._make_alone(now)

    def _make_alone(self, now: datetime) -> Path:
        for unfinished in self._folder.glob("state-*.part*"):  # of an agent that was killed meanwhile
            unfinished.unlink()
        target = self._folder / f"state-{now.astimezone(UTC).strftime(_STAMP)}.db.gz"
        copy, packed = target.with_suffix(".part"), target.with_suffix(".gz.part")
        try:
            _copy(self._database, copy)
            _pack(copy, packed)
            packed.rename(target)
        finally:
            copy.unlink(missing_ok=True)
            packed.unlink(missing_ok=True)
        return target

    def _expire(self, now: datetime) -> None:
        kept = sorted(self.kept())
        for at, path in kept[:-1]:  # the newest stays, however old it is
            if now - at > self._keep:
                path.unlink(missing_ok=True)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Wait for whoever makes a backup in the folder; the kernel forgets the lock of a process that dies."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _copy(database: Path, copy: Path) -> None:
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)) as source:
        source.execute("BEGIN")  # one snapshot for the counts and for the copy
        expected = row_counts(source)
        with closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
            verify(target, expected)


def verify(connection: sqlite3.Connection, expected: dict[str, int] | None = None) -> None:
    """Raise a `BackupError` unless the database is sound and holds as many rows as expected."""
    integrity = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if integrity != "ok":
        raise BackupError(f"The copy is damaged: {integrity}.")
    counts = row_counts(connection)
    if "schema_version" not in counts or (expected is not None and counts != expected):
        raise BackupError("The copy does not hold the same rows as the database.")


def row_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Rows by table."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}  # noqa: S608


def _pack(copy: Path, packed: Path) -> None:
    with copy.open("rb") as plain, packed.open("wb") as file:
        with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as archive:
            shutil.copyfileobj(plain, archive, 1 << 20)
        file.flush()
        os.fsync(file.fileno())
