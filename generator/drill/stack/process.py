"""One program of the stack: started in a process group of its own, ended with all its children."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from generator.drill.stack.environment import plain
from generator.drill.stack.last_words import last_words
from generator.errors import TocsinError

GRACE = 10.0
"""Seconds between asking a program to end and ending it."""

_PR_SET_PDEATHSIG = 1


class Process:
    """A program that runs until it is stopped.

    Args:
        name: what people call it; its log is named after it.
        command: program and arguments.
        log: where its output goes; it is added to, so that a restart keeps what was said before.
        environment: its whole environment; when left out, that of a program which needs no setting.
        folder: where it runs.

    Attributes:
        environment: all that it finds there.
        log: as given.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self.command = command
        self.environment = plain() if environment is None else environment
        self._folder = folder
        self._running: asyncio.subprocess.Process | None = None
        self._begin = 0

    @property
    def pid(self) -> int:
        """Its process id; 0 while it does not run."""
        return self._running.pid if self._running and self._running.returncode is None else 0

    async def start(self) -> None:
        """Start it.

        Raises:
            TocsinError: when there is no such program.
        """
        with self.log.open("ab") as log:
            self._begin = log.tell()
            try:
                self._running = await asyncio.create_subprocess_exec(
                    *self.command,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=self.environment,
                    cwd=self._folder,
                    start_new_session=True,  # Ctrl-C is for us; we end the others in order
                    preexec_fn=_end_with_parent,
                )
            except OSError as error:
                raise TocsinError(f"{self.name} does not start: {error.strerror}") from None

    def reload(self) -> None:
        """Ask it to read its configuration anew."""
        if self.pid:
            os.kill(self.pid, signal.SIGHUP)

    async def ended(self) -> None:
        """Returns when it has ended, for whatever reason."""
        if self._running:
            await self._running.wait()

    async def stop(self) -> None:
        """Ask it to end, and end it with all its children when it does not; nothing when it does not run."""
        running = self._running
        if running is None:
            return
        group = running.pid
        if running.returncode is None:
            _signal(group, signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(running.wait(), GRACE)
        _signal(group, signal.SIGKILL)  # children that outlived it, too
        await running.wait()

    async def kill(self) -> None:
        """End it at once, as a crash would: only itself, as `kill -9` does."""
        if self._running and self._running.returncode is None:
            self._running.kill()
            await self._running.wait()

    def last_words(self) -> str:
        """What it said last in this life, indented, after the place of all that it said; for an error message."""
        said = "".join(f"\n  {line}" for line in last_words(self.log, self._begin))
        return f"all that it said is in {self.log}{said}"

    @property
    def end(self) -> str:
        """How it ended: `ended with exit code 2`, `was ended by SIGKILL`."""
        code = self._running.returncode if self._running else None
        if code is None:
            return "does not run"
        return f"ended with exit code {code}" if code >= 0 else f"was ended by {_signal_name(-code)}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # one without a name, such as those for real time
        return f"signal {number}"


def _end_with_parent() -> None:
    """Runs in the child: be told to end when the parent dies, even by `kill -9`.

    Source: prctl(2), PR_SET_PDEATHSIG. Elsewhere than on Linux `tocsin down` has to do it.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _signal(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
