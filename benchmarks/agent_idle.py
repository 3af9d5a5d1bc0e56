"""What the agent takes before it does anything: time to be ready, and memory while idle, beside a bare echo bot."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from benchmarks.agent_stage import Life, Stage
from benchmarks.process import PYTHON, run
from benchmarks.report import Goal, shown, table

RUNS = 5
SECONDS = 1.5
MEGABYTES = 90.0
_SETTLED = 5.0
"""Seconds after which everything that happens at a start has happened."""


@dataclass(frozen=True, slots=True)
class Start:
    """One start: seconds until it asks for updates and until it is ready, MB once it is idle, CPU seconds until then."""

    asking: float
    ready: float
    megabytes: float
    cpu: float


def measure() -> Iterator[Goal]:
    """Print the table and give the goals."""
    agents, echoes = asyncio.run(_starts())
    agent, echo, bare = _middle(agents), _middle(echoes), run(PYTHON, "-c", "pass")
    table(
        f"Start and idle memory (median of {RUNS} starts, memory {_SETTLED:g} s after)",
        ("process", "first getUpdates s", "ready s", "cpu s", "idle MB", "ready, times echo", "memory, times echo"),
        [
            ("python -c pass", "-", shown(bare.seconds), shown(bare.cpu), shown(bare.megabytes), "-", "-"),
            _row("echo bot", echo, echo),
            _row("agent", agent, echo),
        ],
    )
    yield Goal("agent: start to ready", agent.ready, SECONDS, "s")
    yield Goal("agent: idle resident memory", agent.megabytes, MEGABYTES, "MB")


async def _starts() -> tuple[list[Start], list[Start]]:
    """They take turns; the first of each compiles modules and counts for nothing."""
    agents, echoes = [], []
    async with Stage.set() as stage:
        for _ in range(RUNS + 1):
            async with stage.echo() as life:
                echoes.append(await _settled(life, life.seconds, life.seconds))
            before = await stage.calls()
            async with stage.agent() as life:
                ready = await stage.ready(life)
                asked = await stage.remote.called("getUpdates", after=before)
                agents.append(await _settled(life, asked[0]["at"] - life.began, ready))
    return agents[1:], echoes[1:]


async def _settled(life: Life, asking: float, ready: float) -> Start:
    await asyncio.sleep(_SETTLED)
    return Start(asking, ready, life.resident, life.cpu)


def _middle(starts: list[Start]) -> Start:
    return Start(
        median(start.asking for start in starts),
        median(start.ready for start in starts),
        median(start.megabytes for start in starts),
        median(start.cpu for start in starts),
    )


def _row(name: str, start: Start, echo: Start) -> tuple[str, ...]:
    return (
        name,
        shown(start.asking),
        shown(start.ready),
        shown(start.cpu),
        shown(start.megabytes),
        f"{start.ready / echo.ready:.2f}",
        f"{start.megabytes / echo.megabytes:.2f}",
    )


