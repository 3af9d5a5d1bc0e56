"""A life over a damaged database: nothing is served but the truth about it, to Prometheus, to probes and to the admins.

An agent that simply went away would look like any other crash. This one is found by the alert that is about it, and
what Alertmanager and Telegram hold for us stays with them until the database is restored.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from aiohttp import web

from agent.adapters.http import serving
from agent.adapters.telegram import TelegramChat, connect
from agent.adapters.telegram.render.standing import refusal
from agent.domain.outbox import Kind, Message
from agent.errors import StoreCorrupt
from agent.metrics import damaged_exposition
from agent.settings.model import Settings

_log = logging.getLogger(__name__)
_COME_BACK: Final = {"Retry-After": "60"}


async def tend(settings: Settings, damage: StoreCorrupt, announce: Callable[[str], None], stop: asyncio.Event) -> None:
    """Say what is wrong, everywhere, until told to stop."""
    _log.critical("database.damaged", extra={"reason": str(damage), "database": str(settings.paths.database)})
    async with serving(_application(str(damage)), settings.http.host, settings.http.port) as url:
        announce(url)
        await _tell_admins(settings, str(damage))
        await stop.wait()


def _application(reason: str) -> web.Application:
    async def alive(_request: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=damaged_exposition(), content_type="text/plain", charset="utf-8")

    async def not_ready(_request: web.Request) -> web.Response:
        checks = {"database": f"failed: {reason}"}
        return web.json_response({"status": "not_ready", "checks": checks}, status=503, headers=_COME_BACK)

    served = web.Application()
    served.router.add_get("/health/live", alive)
    served.router.add_get("/metrics", metrics)
    served.router.add_route("*", "/{anything:.*}", not_ready)
    return served


async def _tell_admins(settings: Settings, reason: str) -> None:
    """Once, past the outbox: there is no place to keep it."""
    if settings.telegram.admin_chat is None:
        return
    connection, now = connect(settings.telegram), datetime.now(UTC)
    message = Message(
        chat_id=settings.telegram.admin_chat, kind=Kind.ALERT, text=refusal(reason).text, queued_at=now, next_at=now
    )
    try:
        await TelegramChat(connection.bot).deliver(message)
    finally:
        await connection.close()
