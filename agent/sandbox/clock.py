"""Time that a test may push forward, and the bell that wakes everyone who waits for a change."""

import asyncio
import time
from contextlib import suppress


class Bell:
    """Rung after every change; whoever waits looks again at what they wait for."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait now."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Return at the next ring, or after this many real seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), seconds)


class Clock:
    """Unix time, plus whatever was added through `/sim/clock`."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._ahead = 0.0

    def now(self) -> float:
        """The present, in seconds since 1970."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Jump forward; everything that was due in between is due now."""
        self._ahead += seconds
        self._bell.ring()

    async def sleep_until(self, moment: float) -> None:
        """Return once the present has reached this moment, jumps included."""
        while (left := moment - self.now()) > 0:
            await self._bell.wait(left)
