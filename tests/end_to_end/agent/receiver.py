"""A receiver of the outgoing webhook: keeps what comes, and can refuse for a while."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from .waiting import until


@dataclass(frozen=True, slots=True)
class Post:
    """One delivery as it came."""

    headers: dict[str, str]
    body: bytes
    payload: dict[str, Any]


@dataclass(slots=True)
class Receiver:
    """What has arrived.

    Attributes:
        status: what is answered.
    """

    url: str = ""
    status: int = 200
    posts: list[Post] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.posts.append(Post(dict(request.headers), body, await request.json()))
        return web.Response(status=self.status)

    async def until(self, count: int, seconds: float = 10.0) -> list[Post]:
        """Wait for so many deliveries."""
        await until(lambda: len(self.posts) >= count, seconds)
        return self.posts


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on this machine."""
    receiver, served = Receiver(), web.Application()
    served.router.add_post("/alerts", receiver.take)
    runner = web.AppRunner(served)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/alerts"
        yield receiver
    finally:
        await runner.cleanup()
