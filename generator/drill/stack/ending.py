"""Ending a stack from outside: its owner is asked first, because it knows the order; then whatever is left is ended."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from generator.drill.stack.claim import TakenError, claimed
from generator.drill.stack.process import GRACE
from generator.drill.stack.record import Member, Record
from generator.errors import TocsinError

_PAUSE = 0.05
_PATIENCE_WITH_OWNER = 4 * GRACE


def end(file: Path) -> tuple[str, ...]:
    """End what the record names and still lives; gives the names of what was running.

    Processes that have taken over a number since then are left alone.

    Raises:
        TocsinError: when something does not end.
    """
    record = Record.read(file)
    if record is None:
        return ()
    living = record.living
    if record.owner.lives:
        _signal(record.owner, signal.SIGTERM, os.kill)
        _gone([record.owner, *record.members], _PATIENCE_WITH_OWNER)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for member in record.members:
            _signal(member, number, os.killpg)
        if _gone(record.members, GRACE):
            break
    if record.living:
        raise TocsinError(f"{record.people_know_them_as} did not end")
    _forget(record, file)
    return tuple(member.name for member in living)


def _forget(record: Record, file: Path) -> None:
    """Delete the record, unless a later stack has put its own in the place."""
    with contextlib.suppress(TakenError), claimed(file.parent):
        if Record.read(file) == record:
            file.unlink()


def _signal(member: Member, number: signal.Signals, send: Callable[[int, int], None]) -> None:
    if member.lives:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            send(member.pid, number)


def _gone(members: Sequence[Member], patience: float) -> bool:
    deadline = time.monotonic() + patience
    while any(member.lives for member in members):
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True
