"""Many rehearsals at once: each starts as soon as nothing that is in its way is under way, the longest first."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from generator.drill.conflicts import Conflicts
from generator.drill.report.case import Case
from generator.drill.subject import Subject

Rehearse = Callable[[Subject], Awaitable[Case]]


async def rehearsed(
    wanted: Sequence[Subject], conflicts: Conflicts, rehearse: Rehearse, pace: float
) -> AsyncGenerator[Case, None]:
    """Every case as soon as it ends.

    Args:
        wanted: what is to be rehearsed.
        conflicts: who may not go on at the same time.
        rehearse: rehearses one.
        pace: seconds that lie at least between two starts, whatever ends in between.
    """
    waiting = sorted(wanted, key=_length, reverse=True)
    running: dict[asyncio.Task[Case], Subject] = {}
    clock = asyncio.get_running_loop().time
    next_start = clock()
    try:
        while waiting or running:
            ready = next((each for each in waiting if conflicts.free(each, running.values())), None)
            if ready and clock() >= next_start:
                waiting.remove(ready)
                running[asyncio.ensure_future(_as_task(rehearse, ready))] = ready
                next_start = clock() + pace
                continue
            rest = max(next_start - clock(), 0) if ready else None
            for task in await _ended(running, rest):
                del running[task]
                yield task.result()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _ended(running: dict[asyncio.Task[Case], Subject], rest: float | None) -> set[asyncio.Task[Case]]:
    """Those that end within so many seconds, as soon as one does; without a limit where none is given."""
    if not running:
        await asyncio.sleep(rest or 0)
        return set()
    done, _ = await asyncio.wait(running, timeout=rest, return_when=asyncio.FIRST_COMPLETED)
    return done


async def _as_task(rehearse: Rehearse, subject: Subject) -> Case:
    return await rehearse(subject)


def _length(subject: Subject) -> int:
    """How long it takes, roughly: its `for`, and what its window needs to forget."""
    return subject.wait.milliseconds + subject.window.milliseconds
