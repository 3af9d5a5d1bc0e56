"""The Bot API over HTTP: token, method, arguments, faults, answer."""

import inspect
from http import HTTPStatus
from typing import Any

from aiohttp import web

from agent.sandbox.arguments import Arguments, read_arguments
from agent.sandbox.bot import TOKEN_SHAPE
from agent.sandbox.calls import Call
from agent.sandbox.connections import cut
from agent.sandbox.errors import Refusal
from agent.sandbox.faults import Fault, Trouble
from agent.sandbox.methods import METHODS
from agent.sandbox.world import World


class Severed(Exception):
    """The connection was cut; there is nobody left to answer."""


class BotApi:
    """Answers `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_to(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self.call)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self.download)

    async def call(self, request: web.Request) -> web.Response:
        """One call of a method."""
        try:
            self._check_token(request)
            arguments = await read_arguments(request)
        except Refusal as refusal:
            return _refused(refusal)
        call = self._note(request.match_info["method"], arguments)
        try:
            return self._close(call, await self._answer(request, call, arguments))
        except Severed:
            return self._close(call, web.Response())

    async def download(self, request: web.Request) -> web.Response:
        """One file; a fault of the method `file` strikes here."""
        try:
            self._check_token(request)
        except Refusal as refusal:
            return _refused(refusal)
        call = self._note("file", Arguments({"path": request.match_info["path"]}))
        try:
            return self._close(call, await self._content(request, call))
        except Severed:
            return self._close(call, web.Response())

    async def _answer(self, request: web.Request, call: Call, arguments: Arguments) -> web.Response:
        try:
            fault = self._fault(call)
            if fault and not fault.late:
                await self._strike(request, fault)
            result = await self._run(call.method, arguments)
            if fault and fault.late:
                await self._strike(request, fault)
        except Refusal as refusal:
            call.description = refusal.description
            return _refused(refusal)
        return web.json_response({"ok": True, "result": result})

    async def _content(self, request: web.Request, call: Call) -> web.Response:
        fault = self._fault(call)
        try:
            if fault:
                await self._strike(request, fault)
        except Refusal as refusal:
            return _refused(refusal)
        file = self._world.files.at(request.match_info["path"])
        if file is None:
            return _refused(Refusal(HTTPStatus.NOT_FOUND, "Not Found"))
        return web.Response(body=file.content, content_type="application/octet-stream")

    async def _run(self, name: str, arguments: Arguments) -> Any:  # noqa: ANN401 - each method answers its own JSON
        method = METHODS.get(name.lower())
        if method is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "Not Found: method not found")
        result = method(self._world, arguments)
        return await result if inspect.isawaitable(result) else result

    def _check_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if not TOKEN_SHAPE.fullmatch(token):
            raise Refusal(HTTPStatus.NOT_FOUND, "Not Found")
        if token != self._world.bot.token:
            raise Refusal(HTTPStatus.UNAUTHORIZED, "Unauthorized")

    def _note(self, method: str, arguments: Arguments) -> Call:
        chat_id = arguments.text("chat_id")
        number = int(chat_id) if chat_id.removeprefix("-").isdecimal() else None
        call = self._world.calls.begin(method, arguments.logged(), number, self._world.clock.now())
        self._world.bell.ring()
        return call

    def _close(self, call: Call, response: web.Response) -> web.Response:
        call.ended_at = self._world.clock.now()
        if call.trouble not in (Trouble.RESET, Trouble.HANG):
            call.status = response.status
        self._world.bell.ring()
        return response

    def _fault(self, call: Call) -> Fault | None:
        fault = self._world.faults.strike(call.method, call.chat_id, self._world.clock.now())
        call.trouble = fault.trouble.value if fault else ""
        return fault

    async def _strike(self, request: web.Request, fault: Fault) -> None:
        if fault.trouble is Trouble.HANG:
            await self._hold(fault)
        if fault.trouble in (Trouble.HANG, Trouble.RESET):
            cut(request.transport)
            raise Severed
        raise fault.refusal(self._world.clock.now())

    async def _hold(self, fault: Fault) -> None:
        while fault.lasts(now := self._world.clock.now()):
            await self._world.bell.wait(3600.0 if fault.until is None else fault.until - now)


def _refused(refusal: Refusal) -> web.Response:
    return web.json_response(refusal.body(), status=refusal.code, headers=refusal.headers())
