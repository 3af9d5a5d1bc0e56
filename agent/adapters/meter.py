"""Sizes of things on this machine, and how late the event loop is."""

import asyncio
import os
import threading
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from agent.adapters.clock import SystemClock
from agent.ports import Clock

TICK_SECONDS: Final = 0.25
REMEMBERED_SECONDS: Final = 5.0
"""A probe every ten seconds must not miss that the loop stood still a moment ago, nor hear of it for ever."""

_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_BLOCK: Final = 512  # the unit of st_blocks, whatever the file system
_BATCH: Final = 500


class MachineMeter:
    """Keeps `ports.Meter`. `watch_loop` and `measure` are run beside it: the one for ever, the other every few minutes.

    `rest_seconds` is the pause after every 500 entries of a worktree, so that measuring leaves the disk to others.
    """

    def __init__(
        self,
        job_logs: Path,
        clock: Clock | None = None,
        *,
        rest_seconds: float = 0.05,
        statm: Path = Path("/proc/self/statm"),
    ) -> None:
        self._job_logs = job_logs
        self._clock = clock or SystemClock()
        self._rest = rest_seconds
        self._statm = statm
        self._sizes: dict[str, int] = {}
        self._lateness: deque[tuple[float, float]] = deque()
        self._ticked: float | None = None

    def workspace_bytes(self, workspace: str) -> int:
        return self._sizes.get(workspace, 0)

    def log_bytes(self, run_id: str) -> int:
        try:
            return (self._job_logs / f"{run_id}.log").stat().st_size
        except OSError:
            return 0

    def resident_bytes(self) -> int:
        try:
            return int(self._statm.read_bytes().split()[1]) * _PAGE
        except (OSError, IndexError, ValueError):
            return 0

    def loop_lag_seconds(self) -> float:
        """The worst of the last five seconds, the present one included: whoever asks may run before the next tick."""
        now = self._clock.monotonic()
        present = 0.0 if self._ticked is None else max(now - self._ticked - TICK_SECONDS, 0.0)
        recent = [late for at, late in self._lateness if now - at <= REMEMBERED_SECONDS]
        return max([present, *recent])

    async def watch_loop(self) -> None:
        """Notice how late the event loop is, four times a second, until cancelled."""
        try:
            while True:
                self._ticked = self._clock.monotonic()
                await self._clock.sleep(TICK_SECONDS)
                now = self._clock.monotonic()
                self._lateness.append((now, max(now - self._ticked - TICK_SECONDS, 0.0)))
                while now - self._lateness[0][0] > REMEMBERED_SECONDS:
                    self._lateness.popleft()
        finally:
            self._ticked = None

    async def measure(self, workspaces: Iterable[str]) -> int:
        """Measure each worktree, one after the other in a thread, and forget all others; answers how many there were.

        Cancelling ends it at the next entry.
        """
        wanted = tuple(workspaces)
        self._sizes = {each: size for each, size in self._sizes.items() if each in wanted}
        stop = threading.Event()
        try:
            for workspace in wanted:
                self._sizes[workspace] = await asyncio.to_thread(used_bytes, Path(workspace), stop, self._rest)
        finally:
            stop.set()
        return len(wanted)


def used_bytes(folder: Path, stop: threading.Event, rest_seconds: float) -> int:
    """Disk used below a folder, as `du -x` counts it: links are not followed, hard links count once. 0 when gone."""
    total, entries = 0, 0
    counted: set[int] = set()
    pending = [str(folder)]
    try:
        device = folder.stat(follow_symlinks=False).st_dev
    except OSError:
        return 0
    while pending and not stop.is_set():
        for entry in _entries(pending.pop()):
            if stop.is_set():
                break
            entries += 1
            if entries % _BATCH == 0:
                stop.wait(rest_seconds)
            found = _stat(entry)
            if found is None or found.st_dev != device or found.st_ino in counted:
                continue
            if found.st_nlink > 1 and not entry.is_dir(follow_symlinks=False):
                counted.add(found.st_ino)
            total += found.st_blocks * _BLOCK
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
    return total


def _entries(folder: str) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:  # gone meanwhile, or not ours to read
        return []


def _stat(entry: "os.DirEntry[str]") -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None
