"""Puts a backup in the place of the database, by the documented steps."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from agent.adapters.lock import held
from agent.adapters.sqlite import restore as put_back
from agent.errors import BackupError
from agent.maintenance.places import backups_of
from agent.settings.model import Settings


async def restore(settings: Settings, archive: Path | None = None) -> str:
    """Restore the archive, or the newest backup; answers what was put aside and what is there now.

    Raises:
        AlreadyRunning: while an agent runs on the data directory.
        BackupError, StoreTooNew: when the backup cannot be trusted or is of a newer version; nothing was changed.
    """
    database = settings.paths.database
    with held(settings.paths.data):
        chosen = archive or _newest(settings)
        aside = await asyncio.to_thread(put_back, chosen, database)
        counted = await asyncio.to_thread(_counts, database)
    return "\n".join(
        (
            f"Restored {chosen}.",
            *(f"Put aside: {path}" for path in aside),
            f"Integrity ok; sessions and jobs recovered: {counted}.",
            "Start the agent now: runs that were at work when the backup was made will be reported as interrupted.",
        )
    )


def _newest(settings: Settings) -> Path:
    kept = sorted(backups_of(settings).kept())
    if not kept:
        raise BackupError(
            f"There is no backup in {settings.paths.backups}; `tocsin-agent reconstruct` rebuilds what the disk knows."
        )
    return kept[-1][1]


def _counts(database: Path) -> str:
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        sessions, jobs = (
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own names
            for table in ("sessions", "jobs")
        )
    return f"{sessions} and {jobs}"
