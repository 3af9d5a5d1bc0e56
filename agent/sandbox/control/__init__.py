"""`/sim/`: the hands of a test on the simulated Telegram."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

from aiohttp import web

from agent.sandbox.arguments import Arguments, read_arguments
from agent.sandbox.control import looking, steering, tapping, waiting, writing
from agent.sandbox.errors import Refusal
from agent.sandbox.gate import Gate
from agent.sandbox.world import World

Action: TypeAlias = Callable[[World, Arguments], Any]
Patient: TypeAlias = Callable[[World, Arguments], Awaitable[Any]]

_ACTIONS: Final[Mapping[tuple[str, str], Action]] = {
    ("POST", "/sim/chat"): writing.open_chat,
    ("POST", "/sim/message"): writing.write,
    ("POST", "/sim/edit"): writing.rewrite,
    ("POST", "/sim/tap"): tapping.tap,
    ("POST", "/sim/redeliver"): writing.redeliver,
    ("GET", "/sim/transcript"): looking.transcript,
    ("GET", "/sim/calls"): looking.calls,
    ("GET", "/sim/callbacks"): looking.callbacks,
    ("GET", "/sim/faults"): steering.list_faults,
    ("POST", "/sim/faults"): steering.add_fault,
    ("DELETE", "/sim/faults"): steering.lift_faults,
    ("POST", "/sim/limits"): steering.set_limits,
    ("POST", "/sim/clock"): steering.advance,
    ("POST", "/sim/reset"): steering.reset,
}


class Control:
    """Answers `/sim/...`; what it refuses looks like a refusal of the Bot API."""

    def __init__(self, world: World, gate: Gate) -> None:
        self._world = world
        self._gate = gate
        self.urls: dict[str, str] = {}

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        for (verb, path), action in _ACTIONS.items():
            app.router.add_route(verb, path, self._handler(action))
        app.router.add_post("/sim/wait", self._patient(waiting.wait))
        app.router.add_get("/sim/file", self._patient(looking.file))
        app.router.add_get("/sim/state", self._handler(self._state))

    def _handler(self, action: Action) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def patient(world: World, arguments: Arguments) -> Any:  # noqa: ANN401 - whatever the action answers
            return action(world, arguments)

        return self._patient(patient)

    def _patient(self, action: Patient) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                answer = await action(self._world, await read_arguments(request))
            except Refusal as refusal:
                return web.json_response(refusal.body(), status=refusal.code)
            await self._gate.settle(spared=request.protocol)
            return answer if isinstance(answer, web.StreamResponse) else web.json_response(answer)

        return handle

    def _state(self, world: World, _: Arguments) -> dict[str, Any]:
        return looking.state(world) | {"urls": self.urls}
