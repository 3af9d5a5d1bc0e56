"""One stack per folder: a lock that its owner holds for life, and that the kernel gives back however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from generator.errors import TocsinError

_LOCK = "stack.lock"
"""Stays where it is: a lock whose file is deleted can be held twice."""


class TakenError(TocsinError):
    """Another process holds the folder."""


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold the folder while inside. The programs of the stack do not inherit the lock, so it ends with its owner.

    Raises:
        TakenError: when somebody else holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TakenError(f"another `tocsin` works in {folder}") from None
        yield
    finally:
        os.close(file)
