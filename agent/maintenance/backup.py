"""A backup now, beside the agent's own every six hours."""

from agent.errors import BackupError
from agent.maintenance.places import backups_of
from agent.settings.model import Settings


async def backup(settings: Settings) -> str:
    """Copy, verify, compress, and drop what is past its days; the agent may run meanwhile."""
    database = settings.paths.database
    if not database.is_file():
        raise BackupError(f"There is no database at {database}; check DATA_DIR, or start the agent once.")
    made = await backups_of(settings).make()
    size = made.stat().st_size
    return f"The backup is made and verified: {made} ({size:,} bytes)."
