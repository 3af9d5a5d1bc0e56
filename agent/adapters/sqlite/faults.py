"""Turns what SQLite raises into the three things that a person can act on."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from agent.errors import StoreCorrupt, StoreError, StoreReadOnly

_UNWRITABLE: Final = frozenset({"SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_PERM"})
_DAMAGED: Final = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB"})


@contextmanager
def explained() -> Iterator[None]:
    """Raise a `StoreError` for whatever SQLite raises inside; broken constraints are bugs and pass."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except sqlite3.Error as error:
        raise as_store_error(error) from error


def as_store_error(error: sqlite3.Error) -> StoreError:
    """What a person can do something about."""
    name = "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])
    if name in _DAMAGED:
        return StoreCorrupt()
    if name in _UNWRITABLE:
        return StoreReadOnly()
    return StoreError()
