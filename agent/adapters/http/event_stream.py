"""What happens, as it happens, to whoever listens over HTTP; a listener that does not keep up is cut off.

Ids are microseconds of this life's start and count on from there, so they grow across restarts as well. A listener that
comes back with the last id it has seen gets what it missed, as far as that is still known; otherwise it is told that
there is a gap and has to look at the state again.
"""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from typing import Final

from agent.adapters.http.shapes import moment
from agent.domain.events import Event, facts
from agent.ports import Clock

HEARTBEAT: Final = b": still here\n\n"
TOO_SLOW: Final = b": too slow, come back with Last-Event-ID\n\n"
FULL: Final = 50
"""Listeners at once."""

_LONGEST_FACT: Final = 2000


class Listener:
    """One connection's share: what it has still to be sent."""

    def __init__(self, backlog: int) -> None:
        self._backlog = backlog
        self._pieces: deque[bytes] = deque()
        self._news = asyncio.Event()
        self.ended = b""
        self._closed = False

    def push(self, piece: bytes) -> None:
        """One more, unless it has fallen too far behind: then what waits is all that it still gets."""
        if len(self._pieces) >= self._backlog:
            self.close(TOO_SLOW)
        if not self._closed:
            self._pieces.append(piece)
            self._news.set()

    def close(self, last_words: bytes = b"") -> None:
        """Nothing comes after what waits."""
        if not self._closed:
            self._closed, self.ended = True, last_words
            self._news.set()

    async def pieces(self, heartbeat_seconds: float) -> AsyncIterator[bytes]:
        """What to send, with a sign of life in every pause; ends when the listener is closed."""
        while True:
            while self._pieces:
                yield self._pieces.popleft()
            if self._closed:
                break
            self._news.clear()
            try:
                async with asyncio.timeout(heartbeat_seconds):
                    await self._news.wait()
            except TimeoutError:
                yield HEARTBEAT
        if self.ended:
            yield self.ended


class EventStream:
    """Keeps `ports.Observer` for everybody who listens."""

    def __init__(
        self, clock: Clock, *, heartbeat_seconds: float = 15.0, remembered: int = 1000, backlog: int = 256
    ) -> None:
        self.heartbeat_seconds = heartbeat_seconds
        self._clock = clock
        self._first = int(clock.now().timestamp() * 1_000_000)
        self._last = self._first
        self._kept: deque[tuple[int, bytes]] = deque(maxlen=remembered)
        self._backlog = backlog
        self._listeners: set[Listener] = set()

    def observe(self, event: Event) -> None:
        """Tell everybody, and remember it for those who come back."""
        self._last += 1
        piece = self._piece(self._last, event)
        self._kept.append((self._last, piece))
        for listener in self._listeners:
            listener.push(piece)

    def listen(self, after: int | None) -> Listener | None:
        """A listener that first gets what came after the id; None when there are too many already."""
        if len(self._listeners) >= FULL:
            return None
        missed = [] if after is None else [piece for number, piece in self._kept if number > after]
        listener = Listener(self._backlog + len(missed) + 1)
        if after is not None and self._forgotten(after):
            listener.push(b"event: stream.gap\ndata: {}\n\n")
        for piece in missed:
            listener.push(piece)
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """It has gone."""
        self._listeners.discard(listener)

    def close(self) -> None:
        """Send everybody away, because the agent goes down."""
        for listener in self._listeners:
            listener.close()

    def _forgotten(self, after: int) -> bool:
        oldest = self._kept[0][0] if self._kept else self._last + 1
        return after + 1 < oldest or after > self._last

    def _piece(self, number: int, event: Event) -> bytes:
        told = {key: value[:_LONGEST_FACT] for key, value in facts(event).items()}
        data = json.dumps({"event": event.name.value, "at": moment(self._clock.now()), **told}, separators=(",", ":"))
        return f"id: {number}\nevent: {event.name.value}\ndata: {data}\n\n".encode()
