"""One agent per data directory: a lock that the kernel gives back, however the agent ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from agent.errors import AgentError, AlreadyRunning

LOCK: Final = "agent.lock"


@contextmanager
def held(data: Path) -> Iterator[Path]:
    """Hold the lock of the data directory while inside; answers its file, which stays.

    The file tells a person the pid; the lock itself is the kernel's, so neither a stale file nor a child that outlives
    the agent keeps the next one from starting.

    Raises:
        AlreadyRunning: when another process holds it.
        AgentError: when there cannot be a lock there.
    """
    path = data / LOCK
    file = _opened(path)
    try:
        _take(file, data)
        with suppress(OSError):  # the disk is full: the pid is for people, the lock holds without it
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield path
    finally:
        os.close(file)


def is_running(data: Path) -> bool:
    """Whether an agent uses the data directory at this moment."""
    try:
        file = os.open(data / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def _opened(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        with suppress(OSError):  # a disk that became read-only: the file of an earlier life will do
            return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        raise AgentError(f"{path} cannot be opened: {error.strerror}. Check DATA_DIR and its permissions.") from error


def _take(file: int, data: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.pread(file, 32, 0).decode(errors="replace").strip()
        who = f" as process {pid}" if pid.isdecimal() else ""
        raise AlreadyRunning(f"An agent already runs on {data}{who}; stop it first.") from None
    except OSError as error:
        raise AgentError(f"{data} cannot be locked: {error.strerror}. Use a local disk for DATA_DIR.") from error
