"""The stand-in's two doors: `/metrics?job=` for Prometheus, `/control/` for whoever rehearses."""

import json
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from generator.domain.signal import Series
from generator.drill.exporter.world import NotOurs, World, labels_of
from generator.errors import TocsinError

Act = Callable[[str, float], None]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Doors:
    """Answers requests.

    Args:
        world: what is exposed.
        clock: the moment in Unix seconds.
    """

    def __init__(self, world: World, clock: Callable[[], float] = time.time) -> None:
        self._world = world
        self._clock = clock

    def application(self) -> web.Application:
        """The routes."""
        made = web.Application()
        made.router.add_get("/metrics", self._metrics)
        made.router.add_post("/control/breach", self._acting(self._world.breach))
        made.router.add_post("/control/heal", self._acting(self._world.heal))
        made.router.add_post("/control/take", self._take)
        made.router.add_post("/control/hold", self._hold)
        made.router.add_get("/control/state", self._state)
        return made

    async def _metrics(self, request: web.Request) -> web.StreamResponse:
        job = request.query.get("job", "")
        if job not in self._world.jobs:
            raise web.HTTPNotFound(text=f"no job {job!r}; there are {', '.join(self._world.jobs)}\n")
        if self._world.is_away(job):
            if request.transport:
                request.transport.abort()  # what a caller sees of a process that is not there
            raise web.HTTPServiceUnavailable
        return web.Response(text=self._world.text(job, self._clock()), content_type="text/plain")

    def _acting(self, act: Act) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                act(request.query.get("alert", ""), self._clock())
            except NotOurs as error:
                raise web.HTTPConflict(text=f"{error}\n") from None
            except TocsinError as error:
                raise web.HTTPNotFound(text=f"{error}\n") from None
            return web.json_response({"breached": self._world.breached})

        return handle

    async def _take(self, request: web.Request) -> web.StreamResponse:
        try:
            self._world.take(request.query.get("metric", ""))
        except TocsinError as error:
            raise web.HTTPNotFound(text=f"{error}\n") from None
        return web.json_response({"taken": request.query["metric"]})

    async def _hold(self, request: web.Request) -> web.Response:
        """`[{"name":, "labels": {}, "value":}]`: values that something real has."""
        try:
            held = json.loads(await request.text())
            for each in held:
                series = Series(str(each["name"]), labels_of(each.get("labels", {})))
                self._world.hold(series, float(each["value"]), self._clock())
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise web.HTTPBadRequest(text=f"not a list of name, labels and value: {error}\n") from None
        except TocsinError as error:
            raise web.HTTPNotFound(text=f"{error}\n") from None
        return web.json_response({"held": len(held)})

    async def _state(self, request: web.Request) -> web.Response:
        world = self._world
        return web.json_response({"jobs": world.jobs, "elsewhere": sorted(world.elsewhere), "breached": world.breached})
