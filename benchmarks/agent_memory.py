"""What a pod of the agent needs: memory and processor time while idle, and with eight runs at work.

`python -m benchmarks.agent_memory`. The figures stand in `generator/renderers/argocd/agent_pod.py` and
`docs/deploy.md`. Memory is the proportional set size of the agent and of everything it started, as a cgroup counts it.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.agent_stage import PEOPLE, Life, Stage
from benchmarks.process import ROOT
from benchmarks.report import shown, table

AT_ONCE: Final = 8
_WATCHED: Final = 20.0
_SETTLED: Final = 5.0
_KILOBYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class Need:
    """Of one state: MiB of the agent, MiB of it with its children, and thousandths of a core."""

    own: float
    whole: float
    millicores: float


async def main() -> None:
    """Measure both states and print them."""
    more = {"MAX_CONCURRENT_RUNS": str(AT_ONCE), "RUNBOOK_CATALOG": str(ROOT / "monitoring/runbooks/catalog.json")}
    async with Stage.set() as stage, stage.agent(**more) as life:
        await stage.ready(life)
        await asyncio.sleep(_SETTLED)
        idle = await _need(life)
        for person in PEOPLE[:AT_ONCE]:
            await stage.remote.write(person, "/new demo")
        await asyncio.sleep(_SETTLED)
        for person in PEOPLE[:AT_ONCE]:
            await stage.remote.write(person, "say working; sleep 60; say done")
        await asyncio.sleep(_SETTLED)
        running = len(_children(life.process.pid))
        busy = await _need(life)
    table(
        f"What a pod of the agent needs (over {_WATCHED:g} s each)",
        ("state", "agent MiB", "agent and children MiB", "millicores"),
        [_row("idle", idle), _row(f"{running} runs of the stand-in", busy)],
    )


def _row(name: str, need: Need) -> tuple[str, ...]:
    return name, shown(need.own), shown(need.whole), shown(need.millicores)


async def _need(life: Life) -> Need:
    began, before = time.monotonic(), life.cpu
    await asyncio.sleep(_WATCHED)
    spent = (life.cpu - before) / (time.monotonic() - began)
    own = _mebibytes(life.process.pid)
    return Need(own, own + sum(map(_mebibytes, _children(life.process.pid))), spent * 1000)


def _children(parent: int) -> list[int]:
    """Processes below one, however deep."""
    found: list[int] = []
    for task in Path(f"/proc/{parent}/task").iterdir():
        with contextlib.suppress(OSError):
            for pid in map(int, (task / "children").read_text("ascii").split()):
                found += [pid, *_children(pid)]
    return found


def _mebibytes(pid: int) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / _KILOBYTES
    return 0.0


if __name__ == "__main__":
    asyncio.run(main())
