"""Which request this is: taken over from the caller where it says so properly, bound to the logs, and returned."""

import logging
import re
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from agent.adapters.http.refusals import refusal
from agent.domain.trace import Trace, parse
from agent.logs import AUDIT, bind
from agent.ports import Ids

REQUEST_ID: Final = "x-request-id"
_TRACE: Final = web.RequestKey("trace", Trace)
_REQUEST: Final = web.RequestKey("request", str)
_KEY: Final = web.RequestKey("key", str)
_ID: Final = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
_LOOKING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LONGEST_PATH: Final = 300

_log = logging.getLogger(__name__)
_audit = logging.getLogger(AUDIT)


def header(request: web.Request, name: str) -> str:
    """A header as text that can be encoded again; bytes that are no UTF-8 are replaced."""
    return request.headers.get(name, "").encode("utf-8", "replace").decode("utf-8")


def trace_of(request: web.Request) -> Trace:
    """This request's own span."""
    return request[_TRACE]


def note_caller(request: web.Request, key: str = "") -> None:
    """Remember for the log that the caller is one of ours, and which of the keys it has shown, if there are any."""
    request[_KEY] = key


def caller_of(request: web.Request) -> str:
    """Which of the keys the caller has shown; empty when there are none."""
    return str(request.get(_KEY, ""))


def correlating(ids: Ids) -> Middleware:
    """The outermost middleware: correlation, errors in their one shape, and a line per write of those we know."""

    @web.middleware
    async def correlate(request: web.Request, handler: Handler) -> web.StreamResponse:
        trace, request_id = _trace(request, ids), _request_id(request, ids)
        request[_TRACE], request[_REQUEST] = trace, request_id
        with bind(trace_id=trace.trace_id, span_id=trace.span_id, request_id=request_id):
            try:
                response = await handler(request)
            except Exception as error:  # noqa: BLE001 - the one place where errors become answers
                response = refusal(error, request_id)
            if request.method not in _LOOKING:
                _note(request, response.status)
        return response

    return correlate


async def label(request: web.Request, response: web.StreamResponse) -> None:
    """Put the identifiers, and what browsers must not do, on every response."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    if _TRACE in request:
        response.headers["traceparent"] = trace_of(request).traceparent
        response.headers[REQUEST_ID] = request[_REQUEST]


def _trace(request: web.Request, ids: Ids) -> Trace:
    state = request.headers.get("tracestate", "")
    told = parse(header(request, "traceparent"), state if state.isascii() and state.isprintable() else "")
    return told.child(ids.span()) if told else Trace(ids.trace(), ids.span())


def _request_id(request: web.Request, ids: Ids) -> str:
    told = header(request, REQUEST_ID)
    return told if _ID.fullmatch(told) else ids.run()


def _note(request: web.Request, status: int) -> None:
    noted = {"method": request.method, "path": request.path[:_LONGEST_PATH], "status": status}
    if _KEY in request or status < HTTPStatus.BAD_REQUEST:  # a webhook knows its callers itself
        _audit.info("api.write", extra={**noted, "key": request.get(_KEY, "")})
    else:  # anybody can send these; they must not fill what is kept for 90 days
        _log.debug("api.refused", extra=noted)
