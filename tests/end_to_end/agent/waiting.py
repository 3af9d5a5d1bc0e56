"""Waiting for what another process does: looked for often, and never longer than it may take."""

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

_LOOK_SECONDS: Final = 0.02


async def until(look: Callable[[], T], seconds: float = 10.0) -> T:
    """What is found as soon as it is true. Raises `TimeoutError`."""
    async with asyncio.timeout(seconds):
        while True:
            if found := look():
                return found
            await asyncio.sleep(_LOOK_SECONDS)
