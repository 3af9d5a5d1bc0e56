"""What the agent takes before it does anything: time to be ready, and memory while idle, beside a bare echo bot."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
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
    """One start: seconds until it asks for updates and until it is ready, and of processor time until then."""

    asking: float
    ready: float
    cpu: float


@dataclass(slots=True)
class Starts:
    """Those of one program, and its memory in MB once the last of them was idle."""

    all: list[Start] = field(default_factory=list)
    megabytes: float = 0.0

    @property
    def middle(self) -> Start:
        """The median; the first start compiles modules and counts for nothing."""
        counted = self.all[1:]
        return Start(
            median(start.asking for start in counted),
            median(start.ready for start in counted),
            median(start.cpu for start in counted),
        )


def measure() -> Iterator[Goal]:
    """Print the table and give the goals."""
    agent, echo = asyncio.run(_starts())
    bare = run(PYTHON, "-c", "pass")
    table(
        f"Start and idle memory (median of {RUNS} starts, memory {_SETTLED:g} s after the last)",
        ("process", "first getUpdates s", "ready s", "cpu s", "idle MB", "ready, times echo", "memory, times echo"),
        [
            ("python -c pass", "-", shown(bare.seconds), shown(bare.cpu), shown(bare.megabytes), "-", "-"),
            _row("echo bot", echo, echo),
            _row("agent", agent, echo),
        ],
    )
    yield Goal("agent: start to ready", agent.middle.ready, SECONDS, "s")
    yield Goal("agent: idle resident memory", agent.megabytes, MEGABYTES, "MB")


async def _starts() -> tuple[Starts, Starts]:
    """They take turns, so that a busy moment of the machine hits them alike."""
    agent, echo = Starts(), Starts()
    async with Stage.set() as stage:
        for number in range(RUNS + 1):
            async with stage.echo() as life:
                await _note(echo, life, life.seconds, life.seconds, last=number == RUNS)
            before = await stage.calls()
            async with stage.agent() as life:
                ready = await stage.ready(life)
                asked = await stage.remote.called("getUpdates", after=before)
                await _note(agent, life, asked[0]["at"] - life.began, ready, last=number == RUNS)
    return agent, echo


async def _note(starts: Starts, life: Life, asking: float, ready: float, *, last: bool) -> None:
    starts.all.append(Start(asking, ready, life.cpu))
    if last:
        await asyncio.sleep(_SETTLED)
        starts.megabytes = life.resident


def _row(name: str, starts: Starts, echo: Starts) -> tuple[str, ...]:
    start = starts.middle
    return (
        name,
        shown(start.asking),
        shown(start.ready),
        shown(start.cpu),
        shown(starts.megabytes),
        f"{start.ready / echo.middle.ready:.2f}",
        f"{starts.megabytes / echo.megabytes:.2f}",
    )
