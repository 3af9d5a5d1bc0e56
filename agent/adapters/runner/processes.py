"""Processes as Linux shows them: who is who, whom we started, and how to end all of them."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from agent.ports import ProcessMark

RUN_VARIABLE: Final = "TOCSIN_RUN_ID"
"""In the environment of a CLI and of everything it starts: finds them even if they left their process group."""

_PROC: Final = Path("/proc")
_POLL_SECONDS: Final = 0.05


def mark_of(pid: int) -> ProcessMark | None:
    """What tells the process from later ones with its pid; None when there is none, or only a zombie."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, *rest = stat.rpartition(")")[2].split()
    return None if state in "ZX" else ProcessMark(pid, int(rest[18]), boot_id())


def boot_id() -> str:
    """The machine's present boot."""
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def is_alive(mark: ProcessMark) -> bool:
    """Whether this very process lives."""
    return mark_of(mark.pid) == mark


def started_for(run_id: str) -> Iterator[int]:
    """Every process that carries the run's id in its environment."""
    wanted = f"{RUN_VARIABLE}={run_id}".encode()
    for entry in _PROC.iterdir():
        if not entry.name.isdecimal() or int(entry.name) == os.getpid():
            continue
        try:
            environment = (entry / "environ").read_bytes()
        except OSError:  # gone meanwhile, or somebody else's
            continue
        if wanted in environment.split(b"\0") and mark_of(int(entry.name)) is not None:
            yield int(entry.name)


def signal_group(pid: int, number: signal.Signals) -> bool:
    """Send a signal to a process group; False when there is none."""
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


async def end_run(run_id: str, mark: ProcessMark | None, grace_seconds: float) -> bool:
    """TERM to everything of a run, KILL to what is left after the grace period; True when there was something."""
    if not _signal_all(run_id, mark, signal.SIGTERM):
        return False
    until = asyncio.get_running_loop().time() + grace_seconds
    while asyncio.get_running_loop().time() < until:
        if not any(started_for(run_id)) and not (mark and is_alive(mark)):
            return True
        await asyncio.sleep(_POLL_SECONDS)
    _signal_all(run_id, mark, signal.SIGKILL)
    return True


def _signal_all(run_id: str, mark: ProcessMark | None, number: signal.Signals) -> bool:
    hit = mark is not None and is_alive(mark) and signal_group(mark.pid, number)
    for pid in started_for(run_id):
        try:
            os.kill(pid, number)
            hit = True
        except ProcessLookupError:
            continue
    return hit
