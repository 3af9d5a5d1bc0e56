"""How the API says no: one JSON shape, one status for each kind of error, and nothing about bugs but their number."""

import logging
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from agent.adapters.http.shapes import ANY_OBJECT, TEXT, Json, Schema, many, record
from agent.errors import (
    AgentError,
    Conflict,
    Forbidden,
    Malformed,
    MonitoringError,
    NotFound,
    StoreError,
    StoreReadOnly,
    WorktreeError,
)

_log = logging.getLogger(__name__)

COME_BACK: Final = {"Retry-After": "30"}

REFUSAL: Final[Schema] = record(
    "Refusal",
    {
        "error": record(
            "RefusalReason",
            {
                "code": {**TEXT, "description": "for programs; stays the same"},
                "message": {**TEXT, "description": "for the person who can act on it"},
                "request_id": {**TEXT, "description": "finds the request in the log"},
                "field": {**TEXT, "description": "what of the request was wrong"},
                "evaluations": many(ANY_OBJECT),
            },
            optional=("field", "evaluations"),
        )
    },
)

_KINDS: Final[tuple[tuple[type[AgentError], int, str], ...]] = (
    (NotFound, 404, "not_found"),
    (Conflict, 409, "conflict"),
    (Forbidden, 403, "forbidden"),
    (Malformed, 400, "malformed"),
    (StoreReadOnly, 503, "read_only"),
    (StoreError, 503, "store_unavailable"),
    (WorktreeError, 503, "worktree_failed"),
    (MonitoringError, 503, "monitoring_unavailable"),
    (AgentError, 409, "conflict"),
)
_CODES: Final = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
_SENTENCES: Final = {404: "There is nothing at this address; GET /openapi.json lists what there is."}


class Refused(Exception):
    """A request that the HTTP side itself does not take."""

    def __init__(  # noqa: PLR0913 - the parts of a refusal
        self,
        status: int,
        code: str,
        message: str,
        *,
        field: str = "",
        headers: Mapping[str, str] | None = None,
        details: Json | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.field = field
        self.headers = headers or {}
        self.details = details or {}


def refusal(error: Exception, request_id: str) -> web.Response:
    """The answer to whatever went wrong."""
    match error:
        case Refused():
            named = {"field": error.field} if error.field else {}
            shown = {"code": error.code, "message": str(error), **named, **error.details}
            return _answer(error.status, shown, request_id, error.headers)
        case AgentError():
            status, code = next((status, code) for kind, status, code in _KINDS if isinstance(error, kind))
            headers = COME_BACK if status == 503 else {}
            return _answer(status, {"code": code, "message": str(error)}, request_id, headers)
        case web.HTTPException():
            code = _CODES.get(error.status, "refused")
            shown = {"code": code, "message": _SENTENCES.get(error.status, f"{error.reason}.")}
            allowed = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
            return _answer(error.status, shown, request_id, allowed)
        case _:
            _log.error("api.bug", exc_info=error)
            message = f"Something broke inside the agent; its log says what, under {request_id}."
            return _answer(500, {"code": "internal", "message": message}, request_id, {})


def _answer(status: int, shown: dict[str, Any], request_id: str, headers: Mapping[str, str]) -> web.Response:
    body = {"error": {**shown, "request_id": request_id}}
    return web.json_response(body, status=status, headers=dict(headers))
