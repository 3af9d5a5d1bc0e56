"""A webhook that answers as it is told and notes what came."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

SOON = 15.0


@dataclass
class Receiver:
    """Answers come from `script` first, then 200 for ever."""

    script: list[web.Response] = field(default_factory=list)
    url: str = ""
    arrived: "asyncio.Queue[tuple[str, dict[str, Any]]]" = field(default_factory=asyncio.Queue)

    async def take(self, request: web.Request) -> web.Response:
        """One delivery."""
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        self.arrived.put_nowait((secret, await request.json()))
        return self.script.pop(0) if self.script else web.Response()

    async def next(self) -> tuple[str, dict[str, Any]]:
        """The next delivery: its secret and its update."""
        return await asyncio.wait_for(self.arrived.get(), SOON)


@asynccontextmanager
async def receiving(*script: web.Response) -> AsyncIterator[Receiver]:
    """A webhook on a free port."""
    receiver, app = Receiver(list(script)), web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        yield receiver
    finally:
        await runner.cleanup()
