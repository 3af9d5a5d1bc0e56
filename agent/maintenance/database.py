"""Whether the state database can be trusted and is of a version that this agent reads. Looks without changing it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from agent.adapters.sqlite.faults import as_store_error
from agent.adapters.sqlite.schema import migrations
from agent.errors import StoreCorrupt

_RESTORE = "restore a backup with `tocsin-agent restore`"


class Damage(str):
    """A problem that only a backup mends."""

    __slots__ = ()


def database_problem(database: Path) -> str:
    """Empty when it is sound or not there yet; otherwise what is wrong and what to do."""
    if not database.exists():
        return ""
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            integrity = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
            (version,) = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    except sqlite3.Error as error:
        if isinstance(as_store_error(error), StoreCorrupt):
            return Damage(f"{database}: damaged ({error}); {_RESTORE}")
        return f"{database}: cannot be read ({error}); check its permissions, or {_RESTORE}"
    newest = migrations()[-1].version
    if integrity != "ok":
        return Damage(f"{database}: damaged ({integrity.splitlines()[-1]}); {_RESTORE}")
    if version is None or version > newest:
        return f"{database}: schema version {version}, while this agent knows {newest}; start the version that wrote it"
    return ""
