"""The door that the bot knocks at: open, or shut while a fault refuses connections."""

import asyncio
from contextlib import suppress
from typing import Final

from aiohttp import web

from agent.sandbox.connections import cut
from agent.sandbox.places import LOOPBACK
from agent.sandbox.world import World

_LOOK_AGAIN: Final = 0.2


class Gate:
    """Listens on one port, stops listening and listens there again."""

    def __init__(self, world: World, runner: web.AppRunner, port: int) -> None:
        self._world = world
        self._runner = runner
        self._port = port
        self._site: web.TCPSite | None = None
        self._turning = asyncio.Lock()

    async def open(self) -> int:
        """Listen; the port, chosen now if none was given."""
        site = web.TCPSite(self._runner, LOOPBACK, self._port, reuse_address=True)
        await site.start()
        self._site = site
        self._port = int(self._runner.addresses[0][1])
        return self._port

    async def settle(self, spared: asyncio.BaseProtocol | None = None) -> None:
        """Be open or shut as the faults say now; on shutting, cut every connection but one."""
        async with self._turning:
            refused = self._world.faults.refused(self._world.clock.now())
            if refused and self._site is not None:
                await self._shut(spared)
            elif not refused and self._site is None:
                await self.open()

    async def guard(self) -> None:
        """Settle after every change, for ever."""
        while True:
            with suppress(OSError):  # somebody else took the port meanwhile: try again
                await self.settle()
            shut = self._site is None
            await self._world.bell.wait(_LOOK_AGAIN if shut else 3600.0)

    async def _shut(self, spared: asyncio.BaseProtocol | None) -> None:
        site, self._site = self._site, None
        if site is not None:
            await site.stop()
        server = self._runner.server
        for connection in server.connections if server else ():
            if connection is not spared:
                cut(connection.transport)
