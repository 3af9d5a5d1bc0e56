"""The machine's clocks and the event loop's patience."""

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """Keeps `ports.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(seconds, 0.0))
