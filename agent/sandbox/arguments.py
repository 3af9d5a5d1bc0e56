"""The parameters of one call, however they came: query string, form, multipart or JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from aiohttp import web

from agent.sandbox.errors import Refusal, bad_request
from agent.sandbox.plain import JsonObject


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the call."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Arguments:
    """Named values, strings or already decoded, and uploaded files."""

    values: Mapping[str, Any]
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the value was given and is not empty."""
        return self.values.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """A string; empty when it was not given."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def number(self, name: str, default: int = 0) -> int:
        """A whole number."""
        if not self.has(name):
            return default
        try:
            return int(self.values[name])
        except (TypeError, ValueError):
            raise bad_request(f"invalid {name} specified") from None

    def flag(self, name: str) -> bool:
        """A truth value."""
        return self.text(name).lower() in ("true", "1", "yes")

    def nested(self, name: str) -> Any:  # noqa: ANN401 - whatever JSON the caller sent
        """A list or an object: JSON text in a form, itself in JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def logged(self) -> JsonObject:
        """The same for the list of calls: nested values decoded, files by name and size only."""
        plain = {name: _decoded(value) for name, value in self.values.items()}
        files = {name: {"file": file.name, "size": len(file.content)} for name, file in self.uploads.items()}
        return plain | files


async def read_arguments(request: web.Request) -> Arguments:
    """Everything that the caller sent."""
    query = dict(request.query)
    try:
        if request.content_type == "application/json":
            return Arguments(query | await _json(request))
        form = await request.post()
    except web.HTTPRequestEntityTooLarge:
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request Entity Too Large") from None
    except ValueError:
        raise bad_request("can't parse the request") from None
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    files = {name: _upload(value) for name, value in form.items() if isinstance(value, web.FileField)}
    return Arguments(query | texts, files)


async def _json(request: web.Request) -> JsonObject:
    value = json.loads(await request.read() or b"{}")
    if not isinstance(value, dict):
        raise ValueError  # noqa: TRY004 - answered as any other body that is not understood
    return value


def _upload(file: web.FileField) -> Upload:
    return Upload(file.filename or "file", file.content_type or "application/octet-stream", file.file.read())


def _decoded(value: object) -> object:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
