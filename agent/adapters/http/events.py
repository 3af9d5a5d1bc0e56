"""`/api/events`: what happens, as server-sent events."""

import asyncio
import re
from typing import Final

from aiohttp import web

from agent.adapters.http.correlation import header
from agent.adapters.http.event_stream import Listener
from agent.adapters.http.refusals import COME_BACK, Refused
from agent.adapters.http.route import Call, Route

SEND_SECONDS: Final = 10.0
"""How long one piece may take to leave; whoever reads more slowly is cut off."""

_TYPE: Final = "text/event-stream"
_NUMBER: Final = re.compile(r"[0-9]{1,18}")


async def follow(call: Call) -> web.StreamResponse:
    """Stay until the caller, or the agent, goes away."""
    stream = call.desk.stream
    told = header(call.request, "Last-Event-ID").strip()
    listener = stream.listen(int(told) if _NUMBER.fullmatch(told) else None)
    if listener is None:
        raise Refused(503, "too_many_listeners", "Too many listen already; come back later.", headers=COME_BACK)
    try:
        return await _send(call.request, listener, stream.heartbeat_seconds)
    finally:
        stream.leave(listener)


async def _send(request: web.Request, listener: Listener, heartbeat_seconds: float) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": f"{_TYPE}; charset=utf-8", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    try:
        await response.write(b": listening\n\n")
        async for piece in listener.pieces(heartbeat_seconds):
            async with asyncio.timeout(SEND_SECONDS):
                await response.write(piece)
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()
    except ConnectionError:
        pass  # the caller has gone
    return response


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/events",
        summary="What happens, as server-sent events",
        handler=follow,
        tag="events",
        content_type=_TYPE,
        description=(
            "`Last-Event-ID` continues after that event; `stream.gap` says that some are forgotten. A comment is sent"
            " every 15 seconds. A listener that falls 256 events behind is cut off."
        ),
    ),
)
