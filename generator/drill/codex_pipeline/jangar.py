"""A stand-in for Jangar at work: agents write to the stream, a consumer reads and inserts, SSE goes to browsers."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from generator.drill.codex_pipeline.stream import Stream
from generator.drill.control import Held
from generator.drill.stack.ports import LOOPBACK, free_ports

SPEED = 600
"""Messages per second that the agents write."""

_TICK = 0.1


class Agents:
    """Write to the stream, evenly."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    async def run(self) -> None:
        """Until cancelled."""
        number, each = 0, int(SPEED * _TICK)
        while True:
            await self._stream.write(*(json.dumps({"number": number + at}).encode() for at in range(1, each + 1)))
            number += each
            await asyncio.sleep(_TICK)


class Consumer:
    """Reads and inserts; can be paused.

    Attributes:
        inserted: rows that it has inserted.
        going: cleared while it is paused.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.inserted = 0
        self.going = asyncio.Event()
        self.going.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.going.wait()
            await self._stream.read(self._insert)

    def _insert(self, body: bytes) -> None:
        json.loads(body)
        self.inserted += 1


class Sse:
    """Streams events; counts what goes wrong in the words of Jangar's own counter.

    Attributes:
        url: its base URL.
        errors: by stream and reason.
        upstream_fails: whether the model behind the chat is out of order.
    """

    def __init__(self, port: int) -> None:
        self.url = f"http://{LOOPBACK}:{port}"
        self.errors: Counter[tuple[str, str]] = Counter()
        self.upstream_fails = False

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """`POST /chat`: an invalid request is the client's fault, a failing model the server's."""
        try:
            json.loads(await request.text())["messages"]
        except (ValueError, KeyError, TypeError):
            self.errors["chat", "client"] += 1
            raise web.HTTPBadRequest from None
        if self.upstream_fails:
            self.errors["chat", "server"] += 1
            raise web.HTTPBadGateway
        return await self._stream(request)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            for number in range(50):
                await response.write(f"data: {number}\n\n".encode())
                await asyncio.sleep(0.02)
        except (ConnectionError, asyncio.CancelledError):
            self.errors["chat", "internal"] += 1
            raise
        return response

    async def provoke(self, session: aiohttp.ClientSession) -> None:
        """One invalid request, one disconnect in the middle of a stream, one failure upstream."""
        with contextlib.suppress(aiohttp.ClientError):
            await (await session.post(f"{self.url}/chat", data="no JSON")).release()
            answer = await session.post(f"{self.url}/chat", json={"messages": []})
            await answer.content.readany()
            answer.close()
            self.upstream_fails = True
            await (await session.post(f"{self.url}/chat", json={"messages": []})).release()
            self.upstream_fails = False


class Jangar:
    """All of it.

    Attributes:
        consumer: reads the stream.
        sse: streams to browsers.
    """

    def __init__(self, consumer: Consumer, sse: Sse) -> None:
        self.consumer = consumer
        self.sse = sse

    def held(self) -> list[Held]:
        """What it pushes over OTLP in production."""
        errors: list[Held] = [
            ("jangar_sse_errors_total", {"stream": stream, "reason": reason}, float(count))
            for (stream, reason), count in self.sse.errors.items()
        ]
        return [("jangar_agent_comms_inserted_total", {}, float(self.consumer.inserted)), *errors]


@asynccontextmanager
async def jangar(stream: Stream) -> AsyncIterator[Jangar]:
    """Everything at work, for the length of the block."""
    consumer = Consumer(stream)
    async with _serving() as sse:
        tasks = [asyncio.create_task(each.run()) for each in (Agents(stream), consumer)]
        try:
            yield Jangar(consumer, sse)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def _serving() -> AsyncIterator[Sse]:
    (port,) = free_ports(1)
    sse, made = Sse(port), web.Application()
    made.router.add_post("/chat", sse.chat)
    runner = web.AppRunner(made, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, port).start()
        yield sse
    finally:
        await runner.cleanup()
