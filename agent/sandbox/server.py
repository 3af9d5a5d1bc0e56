"""The two doors of the sandbox: one for the bot and for `/sim/`, one for `/sim/` alone that no fault can shut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from agent.sandbox.bot_api import BotApi
from agent.sandbox.control import Control
from agent.sandbox.files import MAX_UPLOAD
from agent.sandbox.gate import LOOPBACK, Gate
from agent.sandbox.pushing import Pusher
from agent.sandbox.world import World

_LARGEST_BODY = MAX_UPLOAD + 1024 * 1024


@asynccontextmanager
async def serve(world: World, port: int) -> AsyncIterator[str]:
    """Run until the block ends; gives the base URL."""
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
        await web.TCPSite(aside_runner, LOOPBACK, 0).start()
        control.urls = {"base": _url(await gate.open()), "control": _url(aside_runner.addresses[0][1])}
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


def _url(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"
