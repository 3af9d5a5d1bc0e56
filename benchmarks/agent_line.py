"""One line of ten megabytes from a CLI: how late is the event loop while its secrets are looked for?

The baseline is the same execution told to look at the whole line at once and on the loop, as it did once; the floor is
a loop that only reads and decodes the line.
"""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from unittest import mock

from agent.adapters.runner import CliRunner, execution
from agent.domain.profile import Dialect, Profile
from agent.logs import Redaction, redaction
from agent.ports import Order
from benchmarks.process import PYTHON
from benchmarks.report import Goal, shown, table

MEGABYTES: Final = 10
MILLISECONDS: Final = 150.0
RUNS: Final = 5

_TICK: Final = 0.005
_SENTENCE: Final = (
    "the token: of https://host/path and its api_key are secret to the author at 12:34, as passwords are. "
)
_CLI: Final = "import sys; sys.stdout.write(open(sys.argv[1]).read())"
_WITHOUT_END: Final = 1 << 60
_KNOWN: Final = ("a secret that is known", "and another one")


def measure() -> Iterator[Goal]:
    """Print the table and give the goal."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        figures = {name: sorted(_measured(Path(folder), work) for _ in range(RUNS)) for name, work in _WORKS.items()}
    middle = {name: found[RUNS // 2] for name, found in figures.items()}
    table(
        f"Event loop while a CLI writes one line of {MEGABYTES} MB (medians of {RUNS} runs, asked every 5 ms)",
        ("process", "late, worst ms", "took s"),
        [(name, shown(1000 * late), shown(took)) for name, (late, took) in middle.items()],
    )
    yield Goal(
        f"agent: worst event-loop lag at a line of {MEGABYTES} MB", 1000 * middle["agent"][0], MILLISECONDS, "ms"
    )


async def _bare(_folder: Path, line: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        PYTHON, "-I", "-c", _CLI, str(line), stdout=asyncio.subprocess.PIPE, limit=2 * MEGABYTES * 1_000_000
    )
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    json.loads((await process.stdout.readline()).decode())
    await process.wait()


async def _agent(folder: Path, line: Path) -> None:
    runner = CliRunner(os.environ, Redaction(_KNOWN), kill_grace_seconds=1)
    profile = Profile(name="bench", dialect=Dialect.CLAUDE, program=PYTHON, launcher=("-I", "-c", _CLI, str(line)))
    order = Order(run_id="r1", profile=profile, prompt="", workspace=folder, log=folder / "r1.log")
    at_work = await runner.start(order)
    async for _ in at_work.activities():
        pass
    await at_work.verdict()


async def _at_once(folder: Path, line: Path) -> None:
    with mock.patch.object(redaction, "STEP", _WITHOUT_END), mock.patch.object(execution, "_LONG", _WITHOUT_END):
        await _agent(folder, line)


_WORKS: Final[dict[str, Callable[[Path, Path], Awaitable[None]]]] = {
    "bare asyncio reader": _bare,
    "agent, all at once on the loop": _at_once,
    "agent": _agent,
}


def _measured(folder: Path, work: Callable[[Path, Path], Awaitable[None]]) -> tuple[float, float]:
    """The worst lag, and how long it took in all; in seconds."""
    line = folder / "line"
    said = _SENTENCE * (MEGABYTES * 1_000_000 // len(_SENTENCE))
    event = {"type": "assistant", "message": {"content": [{"type": "text", "text": said}]}}
    line.write_text(f"{json.dumps(event)}\n", encoding="utf-8")
    (folder / "r1.log").unlink(missing_ok=True)
    return asyncio.run(_probed(work(folder, line)))


async def _probed(work: Awaitable[None]) -> tuple[float, float]:
    began = time.perf_counter()
    lags: list[float] = []
    with _sampling(lags):
        await work
    return max(lags), time.perf_counter() - began


@contextmanager
def _sampling(lags: list[float]) -> Iterator[None]:
    async def sample() -> None:
        while True:
            asked = time.perf_counter()
            await asyncio.sleep(_TICK)
            lags.append(time.perf_counter() - asked - _TICK)

    task = asyncio.create_task(sample())
    try:
        yield
    finally:
        task.cancel()
