"""The stream where no nats-server is installed: in this process, with the same series, and nothing real about it."""

import asyncio
from collections import deque

from generator.drill.codex_pipeline.stream import BATCH, CONSUMER, PATIENCE, STREAM, Insert, series
from generator.drill.control import Held


class PlayedStream:
    """Keeps `Stream` in memory. A batch is acknowledged within one turn, so nothing is ever half taken."""

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._last = 0
        self._bytes = 0

    @property
    def kind(self) -> str:
        """For the report."""
        return "played by this process, NOT a real one: nats-server is not installed"

    async def write(self, *bodies: bytes) -> None:
        """Add to the stream."""
        self._waiting.extend(bodies)
        self._last += len(bodies)
        self._bytes += sum(map(len, bodies))

    async def read(self, insert: Insert) -> None:
        """Take a batch for the consumer, or as much as there is."""
        if not self._waiting:
            await asyncio.sleep(PATIENCE)
        for _ in range(min(BATCH, len(self._waiting))):
            insert(self._waiting.popleft())
        await asyncio.sleep(0)

    async def held(self) -> list[Held]:
        """As an exporter would show it."""
        consumer = {"name": CONSUMER, "num_pending": len(self._waiting), "num_ack_pending": 0}
        state = {"last_seq": self._last, "messages": self._last, "bytes": self._bytes}
        stream = {"name": STREAM, "state": state, "consumer_detail": [consumer]}
        return list(series({"account_details": [{"stream_detail": [stream]}]}))
