"""Eight runs that stream ten thousand lines a second together: is the event loop punctual, does memory stay flat?"""

import asyncio
import sys
import time
from asyncio.subprocess import DEVNULL
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.agent_figures import Latency
from benchmarks.agent_probed import READERS, TICK
from benchmarks.agent_stage import PEOPLE, Life, Stage
from benchmarks.process import PYTHON, ROOT
from benchmarks.report import Goal, shown, table

PER_SECOND: Final = 10_000
SECONDS: Final = 15
MILLISECONDS: Final = 50.0
GROWTH: Final = 5.0
"""MB more at the end of the stream than a third into it: no more than buffers that breathe."""

_EACH: Final = PER_SECOND // READERS
_PATIENCE: Final = 120.0
_LOOK_AGAIN: Final = 0.5
_SPAWNED: Final = 1.0
_STANDIN: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from agent.standin.cli import main; sys.exit(main(sys.argv[1:]))"
)


def measure() -> Iterator[Goal]:
    """Print the table and give the goals."""
    yield from asyncio.run(_measured())


async def _measured() -> list[Goal]:
    async with Stage.set() as stage:
        lags = stage.folder / "lags"
        bare = await _bare(stage, lags)
        memory, runs, cpu = await _streamed(stage, lags)
        began, ended = min(_at(run, "started_at") for run in runs), max(_at(run, "completed_at") for run in runs)
        lag = _latency(lags, began, ended)
    seconds = max(_at(run, "completed_at") - _at(run, "started_at") for run in runs)
    lines = _EACH * READERS * SECONDS
    early, late = memory[len(memory) // 3], memory[-1]
    table(
        f"Event loop while {READERS} CLIs write {lines:,} lines at {PER_SECOND:,}/s (asked every {TICK * 1000:g} ms)",
        (
            "process",
            "late p50 ms",
            "p99 ms",
            "worst ms",
            "p99, times bare",
            "took s",
            "cpu us a line",
            "MB a third in",
            "MB at the end",
        ),
        [
            ("bare asyncio reader", *bare.cells(), "1.00", "-", "-", "-", "-"),
            (
                "agent",
                *lag.cells(),
                f"{lag.p99 / bare.p99:.2f}",
                shown(seconds),
                shown(1e6 * cpu / lines),
                shown(early),
                shown(late),
            ),
        ],
    )
    return [
        Goal(f"agent: p99 of event-loop lag at {PER_SECOND:,} lines/s", lag.p99, MILLISECONDS, "ms"),
        Goal("agent: memory grown in the last two thirds of the stream", max(late - early, 0.0), GROWTH, "MB"),
        Goal("agent: seconds behind a stream at that rate", max(seconds - SECONDS, 0.0), 1.0, "s"),
    ]


async def _bare(stage: Stage, lags: Path) -> Latency:
    prompt = f"lines {_EACH * SECONDS // 2} at {_EACH}"
    cli = [PYTHON, "-I", "-S", "-c", _STANDIN, str(ROOT), "codex", "exec", "--json", "--skip-git-repo-check"]
    command = [sys.executable, "-m", "benchmarks.agent_probed", str(lags), *cli, "--", prompt]
    began = time.time() + _SPAWNED
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env={**stage.environment, "PYTHONPATH": str(ROOT)}, stdin=DEVNULL, stdout=DEVNULL
    )
    if await asyncio.wait_for(process.wait(), _PATIENCE):
        raise RuntimeError("the bare reader failed")
    return _latency(lags, began, time.time())


async def _streamed(stage: Stage, lags: Path) -> tuple[list[float], list[dict[str, Any]], float]:
    module = ("benchmarks.agent_probed", str(lags))
    async with stage.agent(*module, MAX_CONCURRENT_RUNS=str(READERS), PYTHONPATH=str(ROOT)) as life:
        for person in PEOPLE[:READERS]:
            await open_session(stage, person)
        cpu = life.cpu
        for person in PEOPLE[:READERS]:
            await stage.remote.write(person, f"[[lines {_EACH * SECONDS} at {_EACH}; say Done.]]")
        memory = await _watched(stage, life)
        runs = await _runs(stage, life)
        if [run["status"] for run in runs] != ["completed"] * READERS:
            raise RuntimeError(f"not every run was completed: {runs}")
        return memory, runs, life.cpu - cpu


async def _watched(stage: Stage, life: Life) -> list[float]:
    """Memory from the moment when all work until the first is done; waits for the others as well."""
    memory: list[float] = []
    while True:
        states = [run["status"] for run in await _runs(stage, life)]
        if states == ["running"] * READERS:
            memory.append(life.resident)
        elif len(states) == READERS and not {"pending", "running"} & set(states):
            return memory
        await asyncio.sleep(_LOOK_AGAIN)


async def open_session(stage: Stage, person: int) -> None:
    """A session of a person in the one project there is, with the scripted CLI even where a real one is installed."""
    await stage.remote.write(person, "/new demo")
    await stage.remote.see(person, "Session S", timeout=_PATIENCE)
    await stage.remote.write(person, "/profile standin")
    await stage.remote.see(person, "standin", sender="bot", timeout=_PATIENCE)


async def _runs(stage: Stage, life: Life) -> list[dict[str, Any]]:
    async with stage.session.get(f"{life.url}/api/runs", params={"limit": str(READERS)}) as answer:
        found: list[dict[str, Any]] = await answer.json()
        return found


def _at(run: dict[str, Any], key: str) -> float:
    return datetime.fromisoformat(run[key]).timestamp()


def _latency(lags: Path, began: float, ended: float) -> Latency:
    """Of the samples between two moments."""
    samples = (map(float, line.split()) for line in lags.read_text(encoding="ascii").splitlines())
    return Latency.of(max(late, 0.0) for at, late in samples if began <= at <= ended)
