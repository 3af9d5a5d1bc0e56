"""One CLI at work: its output read as it comes, its silence and its age watched, its end made certain."""

import asyncio
import signal
from asyncio.subprocess import Process
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeVar

from agent.adapters.runner.dialect import Reading
from agent.adapters.runner.joblog import JobLog
from agent.adapters.runner.masking import Redact, masked, masked_verdict
from agent.adapters.runner.processes import end_run, signal_group
from agent.domain.activity import Activity, Deferred, Failure, Stopped, Success, Verdict
from agent.domain.error_codes import ErrorCode
from agent.ports import Order, ProcessMark

T = TypeVar("T")

_BACKLOG: Final = 1000
_COMPLAINT_CHUNKS: Final = 8
_CHUNK: Final = 4096
_PIPE_SECONDS: Final = 2.0
_CALM: Final = 50
_LONG: Final = 64 * 1024
"""Characters that secrets are looked for in beside the event loop; of fewer it is done sooner here than there."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: for output, in all, after the CLI said it was done, and between TERM and KILL."""

    idle: float
    total: float
    leaving: float
    grace: float


@dataclass(frozen=True, slots=True)
class Handling:
    """What is done with a CLI while it works."""

    reading: Reading
    log: JobLog
    patience: Patience
    redact: Redact


class Ending(Enum):
    """Why we ended a CLI that did not end by itself."""

    STOPPED = auto()
    SILENT = auto()
    TOO_LONG = auto()
    LINGERING = auto()


class ProcessExecution:
    """Keeps `ports.Execution` over a process in a group of its own."""

    def __init__(self, order: Order, process: Process, mark: ProcessMark, handling: Handling) -> None:
        self.mark = mark
        self._order = order
        self._process = process
        self._reading = handling.reading
        self._log = handling.log
        self._patience = handling.patience
        self._redact = handling.redact
        self._loop = asyncio.get_running_loop()
        self._began = self._last_output = self._loop.time()
        self._over_since: float | None = None
        self._ending: Ending | None = None
        self._is_digesting = False
        self._nudge = asyncio.Event()
        self._queue: asyncio.Queue[Activity | None] = asyncio.Queue(_BACKLOG)
        self._complaint: deque[str] = deque(maxlen=_COMPLAINT_CHUNKS)
        self._finished = asyncio.create_task(self._run_to_the_end())

    async def activities(self) -> AsyncIterator[Activity]:
        """See `ports.Execution`."""
        while (activity := await self._queue.get()) is not None:
            yield activity

    async def verdict(self) -> Verdict:
        """See `ports.Execution`."""
        return await asyncio.shield(self._finished)

    async def stop(self) -> None:
        """See `ports.Execution`."""
        self._end(Ending.STOPPED)
        await asyncio.shield(self._finished)

    async def _run_to_the_end(self) -> Verdict:
        reading = asyncio.gather(self._read_output(), self._read_complaints())
        try:
            await self._watch()
            await end_run(self._order.run_id, self.mark, self._patience.grace)  # whatever it has left behind
            signal_group(self.mark.pid, signal.SIGKILL)
            await self._drain(reading)
        finally:
            reading.cancel()
            self._log.close()
            self._finish_queue()
        verdict = self._judge(await self._process.wait())
        if _is_long(verdict):
            return await asyncio.to_thread(masked_verdict, verdict, self._redact)
        return masked_verdict(verdict, self._redact)

    async def _watch(self) -> None:
        leaving = asyncio.create_task(self._process.wait())
        while not leaving.done() and self._ending is None:
            nudged = asyncio.create_task(self._nudge.wait())
            timeout = max(self._deadline()[0] - self._loop.time(), 0.0)
            await asyncio.wait({leaving, nudged}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            nudged.cancel()
            self._nudge.clear()
            deadline, why = self._deadline()
            if self._loop.time() >= deadline and not leaving.done():
                self._end(why)
        if leaving.done():
            return
        signal_group(self.mark.pid, signal.SIGTERM)
        await asyncio.wait({leaving}, timeout=self._patience.grace)
        signal_group(self.mark.pid, signal.SIGKILL)
        await leaving

    def _deadline(self) -> tuple[float, Ending]:
        silent_at = self._last_output + self._patience.idle
        deadlines = [(self._began + self._patience.total, Ending.TOO_LONG)]
        if not self._queue.full():  # while we do not listen, its silence is our fault
            deadlines.append((silent_at, Ending.SILENT))
        if self._over_since is not None:
            deadlines.append((self._over_since + self._patience.leaving, Ending.LINGERING))
        return min(deadlines, key=lambda each: each[0])

    def _end(self, why: Ending) -> None:
        self._ending = self._ending or why
        self._nudge.set()

    async def _read_output(self) -> None:
        stream = self._process.stdout
        while stream is not None:
            try:
                line = await stream.readline()
            except ValueError:  # longer than the limit: the line is lost, the run goes on
                self._log.write("[a line was too long and was left out]")
                continue
            if not line:
                return
            self._last_output = self._loop.time()
            await self._take(line.decode(errors="replace").rstrip("\r\n"))

    async def _take(self, line: str) -> None:
        activities = self._reading.line(line)
        if len(line) <= _LONG:
            self._log.write(line)
            for activity in activities:
                await self._queue.put(masked(activity, self._redact))
        else:  # beside the event loop, which has others to serve
            self._log.keep(await self._beside(self._redact, line))
            for activity in activities:
                await self._queue.put(await self._beside(masked, activity, self._redact))
        if self._reading.is_over and self._over_since is None:
            self._over_since = self._loop.time()
            self._nudge.set()
        if self._queue.qsize() < _CALM:
            self._log.flush()

    async def _beside(self, work: Callable[..., T], *given: object) -> T:
        self._is_digesting = True
        try:
            return await asyncio.to_thread(work, *given)
        finally:
            self._is_digesting = False

    async def _read_complaints(self) -> None:
        stream = self._process.stderr
        while stream is not None and (chunk := await stream.read(_CHUNK)):
            self._last_output = self._loop.time()
            self._complaint.append(chunk.decode(errors="replace"))
            self._log.write(f"[stderr] {self._complaint[-1].rstrip()}")

    async def _drain(self, reading: "asyncio.Future[tuple[None, None]]") -> None:
        waited = 0.0
        while not reading.done() and waited < _PIPE_SECONDS:
            await asyncio.wait({reading}, timeout=0.1)
            held_up = self._ending is None and (self._queue.full() or self._is_digesting)
            waited += 0.0 if held_up else 0.1  # a slow listener loses nothing, nor does a long line

    def _finish_queue(self) -> None:
        """Tell the listener that nothing follows, also when the queue is full and nobody may ever listen."""
        self._last_word = self._loop.create_task(self._queue.put(None))

    def _judge(self, exit_code: int) -> Verdict:
        said = self._reading.verdict(exit_code, "".join(self._complaint))
        if self._reading.is_over:
            return said
        match self._ending:
            case Ending.STOPPED:
                return Stopped()
            case Ending.SILENT:
                detail = f"No output for {self._patience.idle:g} seconds; the CLI was ended."
                return Failure(ErrorCode.EXEC_TIMEOUT, detail, exit_code)
            case Ending.TOO_LONG:
                detail = f"Not done after {self._patience.total:g} seconds; the CLI was ended."
                return Failure(ErrorCode.EXEC_TIMEOUT, detail, exit_code)
            case Ending.LINGERING | None:
                return said


def _is_long(verdict: Verdict) -> bool:
    match verdict:
        case Success(summary=said) | Failure(detail=said) | Deferred(detail=said):
            return len(said) > _LONG
        case _:
            return False
