"""Reads and checks a request by the schemas of its route, so that handlers see nothing that the document forbids."""

import asyncio
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn

from aiohttp import web
from jsonschema import Draft202012Validator

from agent.adapters.http.refusals import Refused
from agent.adapters.http.route import JSON, Parameter, Route
from agent.adapters.http.shapes import Schema
from agent.adapters.http.unpacking import pieces

SECONDS: Final = 30.0
"""How long a body may take to arrive."""

BEGINNING: Final = 64 * 1024
"""How much of a body that is too large is looked at to say what it was about."""

BEGINNING_SECONDS: Final = 2.0
_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")
_LONGEST: Final = 300
_ECHOED: Final = 40


class TooLarge(Refused):
    """A body that is larger than it may be. `beginning` is what of it was read, and may be empty."""

    def __init__(self, largest: int, beginning: bytes = b"") -> None:
        super().__init__(413, "too_large", f"The body may have {largest} bytes at most.")
        self.beginning = beginning


class Reader:
    """Reads requests of one route; the validators are made once."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._body = None if route.body is None else Draft202012Validator(route.body)
        self._checks = {each.name: Draft202012Validator(each.schema) for each in (*route.parameters, *route.headers)}

    async def body(self, request: web.Request) -> Mapping[str, Any]:
        """The JSON body, or an empty object when the route reads none."""
        if self._route.raw_body is not None:
            return {}
        if request.can_read_body and request.content_type != JSON:
            raise Refused(415, "not_json", f"Send the body as {JSON}.")
        if self._body is None:
            return {}
        found = _parsed(await raw(request, self._route.largest_body) or b"{}")
        _check(self._body, found, "body")
        assert isinstance(found, dict)  # noqa: S101 - every body schema is one of an object
        return found

    def query(self, request: web.Request) -> dict[str, Any]:
        """The declared parameters; others are ignored."""
        return {each.name: self._parameter(each, request) for each in self._route.parameters}

    def headers(self, request: web.Request) -> dict[str, str]:
        """The declared headers that are there."""
        named = {each.name: each for each in self._route.headers if each.name in request.headers}
        return {name: str(self._value(each, request.headers.getall(name))) for name, each in named.items()}

    def _parameter(self, parameter: Parameter, request: web.Request) -> object:
        told = request.query.getall(parameter.name, [])
        if not told and not parameter.required:
            return parameter.schema.get("default")
        return self._value(parameter, told)

    def _value(self, parameter: Parameter, told: Sequence[str]) -> object:
        if len(told) != 1:
            raise Refused(400, "invalid", f"{parameter.name}: give it once.", field=parameter.name)
        value = _typed(told[0], parameter.schema)
        if not self._checks[parameter.name].is_valid(value):
            raise Refused(400, "invalid", _bounds(parameter, told[0]), field=parameter.name)
        return value


async def raw(request: web.Request, largest: int) -> bytes:
    """The body's bytes. Never more than `largest` are held, whatever the headers claim. Raises `Refused`."""
    if (request.content_length or 0) > largest:
        raise TooLarge(largest)
    found = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for piece in pieces(request):
                found += piece
                if len(found) > largest:
                    raise TooLarge(largest, bytes(found[:BEGINNING]))
    except TimeoutError:
        raise Refused(408, "too_slow", f"The body did not arrive within {SECONDS:.0f} seconds.") from None
    except web.RequestPayloadError:
        raise Refused(400, "malformed", "The body cannot be decoded.") from None
    return bytes(found)


async def beginning(request: web.Request) -> bytes:
    """The first of a body that nobody has read: what arrives of it at once, and nothing when nothing does."""
    found = bytearray()
    try:
        async with asyncio.timeout(BEGINNING_SECONDS):
            async for piece in pieces(request):
                found += piece
                if len(found) >= BEGINNING:
                    break
    except (TimeoutError, Refused, web.RequestPayloadError):
        pass  # what there is has to do
    return bytes(found[:BEGINNING])


def _parsed(body: bytes) -> object:
    try:
        found = json.loads(body, parse_constant=_no_number, parse_float=_finite)
        json.dumps(found, ensure_ascii=False).encode()  # halves of characters cannot be kept anywhere
    except (ValueError, RecursionError):
        raise Refused(400, "malformed", "The body is not valid JSON.") from None
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(digits)
    return number


def _typed(told: str, schema: Schema) -> object:
    match schema.get("type"):
        case "integer" if _INTEGER.fullmatch(told):
            return int(told)
        case "boolean" if told in {"true", "false"}:
            return told == "true"
        case _:
            return told


def _bounds(parameter: Parameter, told: str) -> str:
    """The sentence for a value in the query that is not as described: which values are."""
    schema = parameter.schema
    match schema:
        case {"minimum": least, "maximum": most}:
            taken = f"a whole number from {least} to {most}"
        case {"maxLength": longest}:
            taken = f"1 to {longest} visible ASCII characters"
        case {"enum": [*words]}:
            taken = f"one of {', '.join(map(str, words))}"
        case {"type": "boolean"}:
            taken = "true or false"
        case _:
            taken = "as the OpenAPI document describes it"
    return f"{parameter.name} has to be {taken}, not “{_shown(told)}”."


def _shown(told: str) -> str:
    return told[:_ECHOED].encode("utf-8", "replace").decode("utf-8")


def _check(validator: Draft202012Validator, value: object, name: str) -> None:
    error = next(iter(sorted(validator.iter_errors(value), key=lambda each: len(each.absolute_path))), None)
    if error is None:
        return
    where = ".".join(str(each) for each in error.absolute_path) or _missing(error.message) or name
    raise Refused(422, "invalid", f"{where}: {error.message}"[:_LONGEST], field=where[:_LONGEST])


def _missing(message: str) -> str:
    """The field that a message about an absent or an unexpected one names."""
    found = re.search(r"'([^']{1,100})' (?:is a required property|was unexpected)", message)
    return found[1] if found else ""
