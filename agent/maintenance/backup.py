"""A backup now, beside the agent's own every six hours."""

import asyncio

from agent.errors import BackupError, StoreCorrupt
from agent.maintenance.database import Damage, database_problem
from agent.maintenance.places import backups_of
from agent.settings.model import Settings


async def backup(settings: Settings) -> str:
    """Copy, verify, compress, and drop what is past its days; the agent may run meanwhile.

    Raises `StoreCorrupt` when it is the database that is damaged, and `BackupError` for what else is in the way.
    """
    database = settings.paths.database
    if not database.is_file():
        raise BackupError(f"There is no database at {database}; check DATA_DIR, or start the agent once.")
    try:
        made = await backups_of(settings).make()
    except BackupError as error:
        if isinstance(await asyncio.to_thread(database_problem, database), Damage):
            raise StoreCorrupt from error
        raise
    size = made.stat().st_size
    return f"The backup is made and verified: {made} ({size:,} bytes)."
