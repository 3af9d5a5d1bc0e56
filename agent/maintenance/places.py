"""The backups of an agent, as its settings describe them."""

from agent.adapters.clock import SystemClock
from agent.adapters.sqlite import SqliteBackups
from agent.settings.model import Settings


def backups_of(settings: Settings) -> SqliteBackups:
    """Where its backups are made, kept and found."""
    paths = settings.paths
    return SqliteBackups(paths.database, paths.backups, keep_days=settings.limits.backup_days, clock=SystemClock())
