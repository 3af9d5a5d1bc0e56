"""The state in one SQLite file: schema, rows, one module per aggregate, and copies that can be trusted."""

from agent.adapters.sqlite.backup import SqliteBackups
from agent.adapters.sqlite.restore import restore
from agent.adapters.sqlite.store import SqliteStore

__all__ = ["SqliteBackups", "SqliteStore", "restore"]
