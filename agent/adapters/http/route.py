"""A row of the one table from which the routes, the checks of requests and the OpenAPI document are made."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from aiohttp import web

from agent.adapters.http.shapes import TEXT, Schema
from agent.domain.trace import Trace

if TYPE_CHECKING:
    from agent.adapters.http.desk import Desk

OPEN: Final[frozenset[str]] = frozenset()
"""For everybody: probes, metrics, the document itself, and the webhooks, which have secrets of their own."""

READ: Final = frozenset({"api:read"})
WRITE: Final = frozenset({"api:write"})

JSON: Final = "application/json"
MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value in the query; what is absent has the schema's default."""

    name: str
    schema: Schema
    description: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers: JSON unless it says otherwise, and then `body` is text or bytes."""

    body: object = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that has been admitted and checked.

    Attributes:
        path: the values in the path.
        query: the declared parameters, typed, defaults filled in.
        headers: the declared headers that are there, as described.
        body: the JSON body, valid by the route's schema; an empty object when the route has none.
        trace: this request's own span.
    """

    desk: "Desk"
    request: web.Request
    path: Mapping[str, str]
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    trace: Trace


Handler: TypeAlias = Callable[[Call], Awaitable[Reply | web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation.

    Attributes:
        scopes: any one of them admits; `admin:*` always does. `OPEN` asks for no key at all.
        body: the schema that the JSON body is held to, or None when none is read.
        raw_body: the handler reads the body itself; this only documents it.
        answer: the schema of the answer; None for what is no JSON.
        refusals: statuses beyond those that every route of its kind may answer.
        security: the secret of its own that an open route asks for, by the name of its scheme.
        headers: headers beside those that every request may have.
        replays: the header by which a repetition is told; it is answered with 200 and the schema of the answer.
        probe: whether a 503 has the shape of the answer, as supervisors expect it.
    """

    method: str
    path: str
    summary: str
    handler: Handler
    tag: str
    scopes: frozenset[str] = READ
    parameters: tuple[Parameter, ...] = ()
    body: Schema | None = None
    raw_body: Schema | None = None
    answer: Schema | None = None
    status: int = 200
    content_type: str = JSON
    path_schemas: Mapping[str, Schema] = field(default_factory=dict)
    refusals: tuple[int, ...] = ()
    description: str = ""
    security: str = ""
    largest_body: int = MEGABYTE
    headers: tuple[Parameter, ...] = ()
    replays: str = ""
    probe: bool = False

    @property
    def path_names(self) -> tuple[str, ...]:
        """The names of the values in the path, in order."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    def path_schema(self, name: str) -> Schema:
        """What a value in the path looks like."""
        return self.path_schemas.get(name, {**TEXT, "minLength": 1})
