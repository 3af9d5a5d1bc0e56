"""Whoever executable steps call: it counts, and answers slowly, with a redirect, or with what it had better not say."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Called:
    """One call as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass(slots=True)
class OtherSide:
    """What was called.

    Attributes:
        says: what it answers with.
        held: calls of `/slow` are not answered before this is set.
    """

    host: str = ""
    says: str = '{"done": true}'
    calls: list[Called] = field(default_factory=list)
    held: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.calls.append(Called(request.method, request.path_qs, dict(request.headers), await request.text()))
        if request.path == "/slow":
            await self.held.wait()
        if request.path == "/elsewhere":
            raise web.HTTPTemporaryRedirect("/redirected")
        return web.Response(text=self.says, content_type="application/json")

    async def until(self, count: int, seconds: float = 10.0) -> list[Called]:
        """Wait for so many calls."""
        async with asyncio.timeout(seconds):
            while len(self.calls) < count:  # noqa: ASYNC110 - a look costs nothing, and another call may come
                await asyncio.sleep(0.02)
        return self.calls


@asynccontextmanager
async def standing() -> AsyncIterator[OtherSide]:
    """One on this machine."""
    side, served = OtherSide(), web.Application()
    served.router.add_route("*", "/{anything:.*}", side.take)
    runner = web.AppRunner(served, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        side.host = f"127.0.0.1:{runner.addresses[0][1]}"
        yield side
    finally:
        side.held.set()
        await runner.cleanup()
