"""Puts a backup in the place of the database, while no agent runs."""

import gzip
import os
import shutil
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

from agent.adapters.sqlite.backup import verify
from agent.adapters.sqlite.schema import migrations
from agent.errors import BackupError, StoreTooNew


def restore(archive: Path, database: Path) -> tuple[Path, ...]:
    """Unpack, verify, and exchange; answers the files put aside as `.corrupted`.

    Nothing is touched before the backup has been verified. The write-ahead log of the old database goes aside with it:
    left behind, it would be replayed into the restored one.
    """
    unpacked = database.with_name(f"{database.name}.restoring")
    try:
        _unpack(archive, unpacked)
        aside = put_aside(database)
        unpacked.replace(database)
    except (OSError, EOFError, zlib.error, sqlite3.Error) as error:
        raise BackupError(f"{archive.name} could not be restored: {error}.") from error
    finally:
        unpacked.unlink(missing_ok=True)
    return aside


def _unpack(archive: Path, unpacked: Path) -> None:
    unpacked.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(archive, "rb") as packed, unpacked.open("wb") as plain:
        shutil.copyfileobj(packed, plain, 1 << 20)
        plain.flush()
        os.fsync(plain.fileno())
    with closing(sqlite3.connect(f"{unpacked.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        verify(connection)
        _require_known(connection)


def _require_known(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    if version is not None and version > max(step.version for step in migrations()):
        raise StoreTooNew("The backup was written by a newer version; restore it with that version.")


def put_aside(database: Path) -> tuple[Path, ...]:
    """Rename the database and what belongs to it to `.corrupted`; answers the new names."""
    moved = []
    for suffix in ("", "-wal", "-shm"):
        current = database.with_name(database.name + suffix)
        if current.exists():
            moved.append(current.replace(current.with_name(f"{current.name}.corrupted")))
    return tuple(moved)
