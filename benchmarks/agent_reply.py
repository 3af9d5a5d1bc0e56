"""From an update to the first reply, at twenty updates a second from a hundred people, beside a bare echo bot."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

from benchmarks.agent_figures import Latency
from benchmarks.agent_stage import PEOPLE, Life, Stage
from benchmarks.report import Goal, shown, table

PER_SECOND = 20
SECONDS = 15
ROUNDS = 5
RATIO = 5.0
_WORDS = ("/status", "/sessions", "/runs", "/help", "/projects")
"""What people ask when nothing runs: looks at the state, each answered with one message."""

_QUIET = 2.0


@dataclass(slots=True)
class Bot:
    """One of the two, and how it did: seconds per reply, and of processor time in all."""

    stage: Stage
    life: Life
    delays: list[float] = field(default_factory=list)
    cpu: float = 0.0

    async def talk(self, seconds: float) -> None:
        """Be written to for so long."""
        before = self.life.cpu
        self.delays += await _written(self.stage, round(PER_SECOND * seconds))
        self.cpu += self.life.cpu - before

    def row(self, name: str, echo: Latency) -> tuple[str, ...]:
        """For the table."""
        latency = Latency.of(self.delays)
        times = f"{latency.p50 / echo.p50:.2f}", f"{latency.p99 / echo.p99:.2f}"
        each = 1000 * self.cpu / len(self.delays)
        return (name, str(len(self.delays)), *latency.cells(), *times, shown(each), shown(self.life.resident))


def measure() -> Iterator[Goal]:
    """Print the table and give the goal."""
    yield asyncio.run(_measured())


async def _measured() -> Goal:
    async with (
        Stage.set() as one,
        Stage.set() as other,
        one.echo() as echo_life,
        other.agent() as agent_life,
    ):
        await other.ready(agent_life)
        await asyncio.sleep(_QUIET)  # the scan for projects and the first checks are over
        echo, agent = Bot(one, echo_life), Bot(other, agent_life)
        await _in_turns(echo, agent)
        simple = Latency.of(echo.delays)
        table(
            f"Update to first reply, {PER_SECOND}/s from {len(PEOPLE)} people, {SECONDS} s each in {ROUNDS} turns",
            ("bot", "replies", "p50 ms", "p99 ms", "worst ms", "p50, times echo", "p99, times", "cpu ms each", "MB"),
            [echo.row("echo bot", simple), agent.row("agent", simple)],
        )
    ratio = Latency.of(agent.delays).p99 / simple.p99
    return Goal("agent: p99 from update to reply, times the echo bot's", ratio, RATIO)


async def _in_turns(*bots: Bot) -> None:
    """So that a busy moment of the machine hits them alike; the first second counts for nobody."""
    for bot in bots:
        await _written(bot.stage, PER_SECOND)
    for _ in range(ROUNDS):
        for bot in bots:
            await bot.talk(SECONDS / ROUNDS)


async def _written(stage: Stage, count: int) -> list[float]:
    """Write so many messages at the rate, whether or not the replies keep up; how long each took to be answered."""
    before = await stage.calls()
    sent = await asyncio.gather(
        *(_write(stage, number, person) for number, person in enumerate(islice(cycle(PEOPLE), count)))
    )
    replies = await stage.remote.called("sendMessage", after=before, count=count, timeout=60)
    return list(_delays(sent, replies))


async def _write(stage: Stage, number: int, person: int) -> tuple[int, float]:
    await asyncio.sleep(number / PER_SECOND)
    began = time.time()
    await stage.remote.write(person, _WORDS[number % len(_WORDS)])
    return person, began


def _delays(sent: Sequence[tuple[int, float]], replies: Sequence[Mapping[str, float]]) -> Iterator[float]:
    """Both sides are on one machine and one clock, and a chat has a reply before it is written to again."""
    for person, began in sent:
        yield min(reply["at"] for reply in replies if reply["chat_id"] == person and reply["at"] >= began) - began
