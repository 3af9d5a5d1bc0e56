"""Serves an application on an address, and stops within bounds."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from agent.errors import SettingsError

STOP_SECONDS: Final = 5.0
"""How long requests that are under way may take when the agent goes down."""


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[str]:
    """Serve until the block ends; gives the base URL. Port 0 is any free one.

    Raises `SettingsError` when the address cannot be had.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS, auto_decompress=False)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            why = error.strerror or str(error)
            raise SettingsError([f"BIND_PORT: {host}:{port} cannot be used ({why}); choose another"]) from error
        yield _url(host, int(runner.addresses[0][1]))
    finally:
        await runner.cleanup()


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
