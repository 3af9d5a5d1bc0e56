"""Waiting for a server: asked again and again until it says it is ready, or it has ended, or patience has."""

import asyncio
import time
from collections.abc import Callable

import aiohttp

from generator.drill.stack.process import Process
from generator.errors import TocsinError

PATIENCE = 60.0
_PAUSE = 0.05


async def until_ready(process: Process, url: str, session: aiohttp.ClientSession, patience: float = PATIENCE) -> None:
    """Return as soon as the URL answers 200.

    Raises:
        TocsinError: with the end of the log, when the process ends or does not get ready in time.
    """
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if not process.pid:
            raise TocsinError(f"{process.name} {process.end} before it was ready; {process.last_words()}")
        if await answers(url, session):
            return
        await asyncio.sleep(_PAUSE)
    raise TocsinError(f"{process.name} is not ready after {patience:.0f} s; {process.last_words()}")


async def answers(url: str, session: aiohttp.ClientSession) -> bool:
    """Whether the URL answers 200 within a second."""
    try:
        async with session.get(url, timeout=aiohttp.ClientTimeout(total=1)) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


Tell = Callable[[str], None]
"""Hears of progress, in one line."""
