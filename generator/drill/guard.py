"""A rehearsal does not wait for what cannot come: when a part of its stack ends by itself, it is broken off at once."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Protocol

import aiohttp

from generator.drill.report.minutes import BrokenOff
from generator.errors import TocsinError

_NOTICED = 2.0
"""Seconds within which the end of a process is noticed, for a block that feels it first."""


class Part(Protocol):
    """A process."""

    async def ended(self) -> None:
        """Returns when it has ended, for whatever reason."""
        ...


class Parts(Protocol):
    """What has processes; a stack."""

    def has(self, name: str) -> bool:
        """Whether there is a process of that name."""
        ...

    def process(self, name: str) -> Part:
        """The process of that name."""
        ...


@asynccontextmanager
async def guarded(stack: Parts, names: Collection[str]) -> AsyncIterator[None]:
    """Break the block off when one of these processes ends.

    Raises:
        BrokenOff: naming what has ended; and when something that lives does not answer.
    """
    task, died = asyncio.current_task(), list[str]()
    watching = asyncio.create_task(_first_to_end(stack, [name for name in names if stack.has(name)]))

    def tell(ended: asyncio.Task[str]) -> None:
        if not ended.cancelled() and task:
            died.append(ended.result())
            task.cancel()

    watching.add_done_callback(tell)
    try:
        yield
    except asyncio.CancelledError:
        if died and task and task.uncancel() == 0:
            raise _broken_off(died[0]) from None
        raise
    except (aiohttp.ClientError, TocsinError, OSError) as error:
        watching.remove_done_callback(tell)
        done, _ = await asyncio.wait([watching], timeout=_NOTICED)
        if done:
            raise _broken_off(watching.result()) from None
        if isinstance(error, TocsinError):
            raise
        raise BrokenOff(f"a part of the stack does not answer: {str(error) or type(error).__name__}") from None
    finally:
        watching.remove_done_callback(tell)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


def _broken_off(name: str) -> BrokenOff:
    return BrokenOff(f"{name} ended by itself while it was needed; see logs/{name}.log")


async def _first_to_end(stack: Parts, names: Collection[str]) -> str:
    waits = {asyncio.create_task(stack.process(name).ended()): name for name in names}
    try:
        done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waits:
            task.cancel()
    return waits[next(iter(done))]
