"""`python -m benchmarks.agent_probed FILE`: the agent, and how late its event loop was whenever it was asked to wait.

Every 10 ms the loop is asked for a wake-up; how much later than that it came, in seconds, is written to the file at the
end, one number a line, with the moment before it. `... FILE COMMAND...` is the baseline: a bare loop that reads the
lines of eight such commands, decodes their JSON and does nothing with it.
"""

import asyncio
import json
import os
import sys
import time
from argparse import Namespace
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Final

TICK: Final = 0.01
READERS: Final = 8
_LONGEST_LINE: Final = 1 << 20


async def probed(work: Coroutine[Any, Any, object], file: Path) -> None:
    """Do the work and sample beside it."""
    samples: list[tuple[float, float]] = []
    sampling = asyncio.create_task(_sample(samples))
    try:
        await work
    finally:
        sampling.cancel()
        _write(file, samples)


async def _sample(samples: list[tuple[float, float]]) -> None:
    while True:
        due = time.perf_counter() + TICK
        await asyncio.sleep(TICK)
        samples.append((time.time(), time.perf_counter() - due))


def _write(file: Path, samples: list[tuple[float, float]]) -> None:
    file.write_text("".join(f"{at} {late}\n" for at, late in samples), encoding="ascii")


async def _read(command: list[str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, limit=_LONGEST_LINE
    )
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    while line := await process.stdout.readline():
        json.loads(line)
    await process.wait()


async def _readers(command: list[str]) -> None:
    await asyncio.gather(*(_read(command) for _ in range(READERS)))


def main() -> None:
    """Be the agent, or the baseline."""
    file, *command = sys.argv[1:]
    if command:
        asyncio.run(probed(_readers(command), Path(file)))
        return
    from agent.cli.commands import serve  # noqa: PLC0415 - the baseline must not carry it

    asyncio.run(probed(serve.run(Namespace(sandbox=False, sandbox_control=None), os.environ), Path(file)))


if __name__ == "__main__":
    main()
