"""Makes the table of routes into an application."""

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from agent.adapters.http import correlation
from agent.adapters.http.desk import Desk
from agent.adapters.http.event_stream import EventStream
from agent.adapters.http.gate import Gate
from agent.adapters.http.openapi import document_route
from agent.adapters.http.reading import Reader
from agent.adapters.http.route import JSON, Call, Reply, Route
from agent.adapters.http.table import routes, unserved

DESK = web.AppKey("desk", Desk)


def application(desk: Desk) -> web.Application:
    """The whole API over the services. Nothing is started by it."""
    app = web.Application(middlewares=[correlation.correlating(desk.ids)])
    app[DESK] = desk
    gate = Gate(desk.http)
    table = routes(desk)
    for route in (*table, document_route(table, desk.version), *unserved()):
        app.router.add_route(route.method, route.path, _endpoint(route, desk, gate))
        if route.method == "GET" and route.content_type != "text/event-stream":
            app.router.add_route("HEAD", route.path, _endpoint(route, desk, gate))
    app.on_response_prepare.append(correlation.label)
    app.on_shutdown.append(_closing(desk.stream))
    return app


def _endpoint(route: Route, desk: Desk, gate: Gate) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    reader = Reader(route)

    async def answer(request: web.Request) -> web.StreamResponse:
        gate.admit(request, route)
        query = reader.query(request)
        body = await reader.body(request)
        call = Call(
            desk=desk,
            request=request,
            path=request.match_info,
            query=query,
            headers=reader.headers(request),
            body=body,
            trace=correlation.trace_of(request),
        )
        reply = await route.handler(call)
        return rendered(reply) if isinstance(reply, Reply) else reply

    return answer


def rendered(reply: Reply) -> web.Response:
    """The reply as it is sent."""
    if reply.content_type == JSON:
        body = json.dumps(reply.body, separators=(",", ":")).encode()
    else:
        body = reply.body if isinstance(reply.body, bytes) else str(reply.body).encode("utf-8", "replace")
    headers = {"Content-Type": f"{reply.content_type}; charset=utf-8", **reply.headers}
    return web.Response(status=reply.status, body=body, headers=headers)


def _closing(stream: EventStream) -> Callable[[web.Application], Awaitable[None]]:
    async def close(_app: web.Application) -> None:
        stream.close()

    return close
