"""The OpenAPI 3.1 document, made from the same table as the routes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from jsonschema import Draft202012Validator

from agent.adapters.http.gate import KEY_HEADER
from agent.adapters.http.refusals import REFUSAL
from agent.adapters.http.route import JSON, OPEN, Call, Parameter, Reply, Route
from agent.adapters.http.shapes import ANY_OBJECT, TEXT, Json, Schema

PATH: Final = "/openapi.json"

_SCHEMES: Final[Json] = {
    "LocalApiKey": {"type": "apiKey", "in": "header", "name": KEY_HEADER},
    "Bearer": {"type": "http", "scheme": "bearer", "description": f"the same keys as in {KEY_HEADER}"},
    "AlertmanagerToken": {"type": "http", "scheme": "bearer", "description": "ALERTMANAGER_WEBHOOK_TOKEN"},
    "TelegramSecret": {"type": "apiKey", "in": "header", "name": "X-Telegram-Bot-Api-Secret-Token"},
}
_MEANINGS: Final = {
    400: "not readable, or a parameter is not as described; `field` names it",
    401: "no key, or one that is not known",
    403: "the key lacks the scope, or the caller is not local",
    404: "there is no such thing",
    408: "the body came too slowly",
    409: "the present state does not allow that",
    413: "too large",
    415: "not JSON, or packed in a way that is not known",
    416: "no such part of the file",
    422: "a value in the body is not as described; `field` names it",
    500: "a bug",
    503: "cannot be done now; come back after Retry-After",
}


def document_route(table: Sequence[Route], version: str) -> Route:
    """The route that serves the document, itself included."""

    async def answer(_call: Call) -> Reply:
        return Reply(found)

    own = Route(
        method="GET",
        path=PATH,
        summary="This document",
        handler=answer,
        tag="meta",
        scopes=OPEN,
        answer=ANY_OBJECT,
    )
    found = document((*table, own), version)
    return own


def document(table: Iterable[Route], version: str) -> Json:
    """The whole document."""
    components: Json = {}
    paths: Json = {}
    for route in table:
        paths.setdefault(route.path, {})[route.method.lower()] = _hoisted(_operation(route), components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tocsin agent",
            "version": version,
            "description": "Runs coding CLIs for a chat and reports about them. docs/api.md explains what is not here.",
        },
        "paths": paths,
        "components": {"schemas": dict(sorted(components.items())), "securitySchemes": _SCHEMES},
    }


def _operation(route: Route) -> Json:
    made: Json = {
        "operationId": _name(route),
        "summary": route.summary,
        "tags": [route.tag],
        "parameters": [
            *_in_path(route),
            *(_told(each, "query") for each in route.parameters),
            *(_told(each, "header") for each in route.headers),
        ],
        "responses": {str(route.status): _success(route), **_replay(route), **_refusals(route)},
        "security": _security(route),
    }
    if route.description:
        made["description"] = route.description
    if route.scopes:
        made["x-scopes"] = sorted(route.scopes)
    body = route.body or route.raw_body
    if body is not None:
        required = not Draft202012Validator(body).is_valid({})  # an absent body is read as an empty object
        made["requestBody"] = {"required": required, "content": {JSON: {"schema": body}}}
    return made


def refusals(route: Route) -> tuple[int, ...]:
    """Every status but success that the route may answer."""
    found = {503, *route.refusals}
    if route.scopes:
        found |= {401, 403}
    if route.parameters or route.headers:
        found |= {400}
    if route.body is not None:
        found |= {400, 408, 413, 422}
    if route.raw_body is None:
        found |= {415}
    if route.path_names:
        found |= {404}
    if route.method != "GET" and route.raw_body is None:
        found |= {404, 409}
    return tuple(sorted(found))


def _success(route: Route) -> Json:
    schema = TEXT if route.answer is None else route.answer
    return {"description": "as asked", "content": {route.content_type: {"schema": schema}}}


def _replay(route: Route) -> Json:
    """What a repetition is answered: as the first time, marked by a header."""
    if not route.replays:
        return {}
    headers = {route.replays: {"schema": {"type": "string", "enum": ["true"]}}}
    return {"200": {**_success(route), "description": "as it was asked before, and done then", "headers": headers}}


def _refusals(route: Route) -> Json:
    own = {503: route.answer} if route.probe else {}
    return {str(each): _refused(each, own.get(each) or REFUSAL) for each in refusals(route)}


def _refused(status: int, schema: Schema) -> Json:
    return {"description": _MEANINGS[status], "content": {JSON: {"schema": schema}}}


def _security(route: Route) -> list[Json]:
    if route.security:
        return [{route.security: []}]
    return [{"LocalApiKey": []}, {"Bearer": []}] if route.scopes else []


def _in_path(route: Route) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": route.path_schema(name)} for name in route.path_names
    ]


def _told(parameter: Parameter, where: str) -> Json:
    described = {"description": parameter.description} if parameter.description else {}
    return {
        "name": parameter.name,
        "in": where,
        "required": parameter.required,
        "schema": parameter.schema,
        **described,
    }


def _name(route: Route) -> str:
    parts = [part.strip("{}").replace(".", "_").replace("-", "_") for part in route.path.split("/") if part]
    return "_".join([route.method.lower(), *parts])


def _hoisted(value: Any, components: Json) -> Any:  # noqa: ANN401 - JSON of any shape
    """The value with every titled schema moved among the components. One title always means one schema."""
    if isinstance(value, list):
        return [_hoisted(each, components) for each in value]
    if not isinstance(value, Mapping):
        return value
    inner = {key: _hoisted(each, components) for key, each in value.items()}
    if not _is_named(value):
        return inner
    title = str(value["title"])
    if components.setdefault(title, inner) != inner:
        raise ValueError(f"two schemas are called {title}")
    return {"$ref": f"#/components/schemas/{title}"}


def _is_named(value: Mapping[str, Any]) -> bool:
    schema: Schema = dict(value)
    return isinstance(schema.get("title"), str) and "type" in schema
