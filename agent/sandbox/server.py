"""The two doors of the sandbox: one for the bot and for `/sim/`, one for `/sim/` alone that no fault can shut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

import aiohttp
from aiohttp import web

from agent.sandbox.bot_api import BotApi
from agent.sandbox.control import Control
from agent.sandbox.files import MAX_UPLOAD
from agent.sandbox.gate import Gate
from agent.sandbox.places import LOOPBACK, Place
from agent.sandbox.pushing import Pusher
from agent.sandbox.world import World

_LARGEST_BODY = MAX_UPLOAD + 1024 * 1024
_ANYWHERE: Final = Place(LOOPBACK, 0)


@asynccontextmanager
async def serve(world: World, port: int, control_at: Place = _ANYWHERE) -> AsyncIterator[str]:
    """Run until the block ends; gives the base URL.

    The bot's door is on loopback. The other one is at `control_at`.
    """
    app, aside = web.Application(client_max_size=_LARGEST_BODY), web.Application()
    runner, aside_runner = _runner(app), _runner(aside)
    gate = Gate(world, runner, port)
    control = Control(world, gate)
    BotApi(world).add_to(app)
    control.add_to(app)
    control.add_to(aside)
    await aside_runner.setup()
    await runner.setup()
    try:
        await web.TCPSite(aside_runner, control_at.host, control_at.port, reuse_address=True).start()
        aside_at = replace(control_at, port=aside_runner.addresses[0][1])
        control.urls = {"base": Place(LOOPBACK, await gate.open()).url, "control": aside_at.url}
        async with aiohttp.ClientSession() as session, _running(Pusher(world, session), gate):
            yield control.urls["base"]
    finally:
        await runner.cleanup()
        await aside_runner.cleanup()


@asynccontextmanager
async def _running(pusher: Pusher, gate: Gate) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(pusher.run()), asyncio.create_task(gate.guard())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _runner(app: web.Application) -> web.AppRunner:
    return web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.2)
