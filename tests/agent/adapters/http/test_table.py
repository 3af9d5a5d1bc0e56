"""One table: the routes, the checks and the document cannot differ."""

from pathlib import Path

import pytest

from agent.adapters.http import application
from agent.adapters.http.openapi import PATH, document
from agent.adapters.http.route import OPEN, READ, Reply, Route
from agent.adapters.http.shapes import TEXT, record
from agent.adapters.http.table import routes, unserved
from tests.agent.adapters.http.stage import Client, desk_of
from tests.agent.services.agency import Agency


async def _timeline(incident_id: str) -> str:
    return incident_id


async def test_the_document_has_every_registered_route_and_no_other(tmp_path: Path) -> None:
    desk = desk_of(Agency(), tmp_path, incident_timeline=_timeline)
    router = application(desk).router
    registered = {(route.method, route.resource.canonical) for route in router.routes() if route.resource}
    not_told = {(route.method, route.path) for route in unserved()}
    heads = {("HEAD", path) for method, path in registered if method == "GET"}
    told = document(routes(desk), "1")["paths"]
    documented = {(method.upper(), path) for path, operations in told.items() for method in operations}
    assert registered - not_told - heads == documented | {("GET", PATH)}


async def test_the_served_document_is_the_made_one(client: Client) -> None:
    served = (await client.get(PATH)).json
    made = document(routes(client.desk), client.desk.version)
    assert {path: served["paths"][path] for path in made["paths"]} == made["paths"]
    assert served["openapi"] == "3.1.0"


async def test_what_nobody_takes_has_no_route(tmp_path: Path) -> None:
    desk = desk_of(Agency(), tmp_path, telegram_webhook=None, alert_intake=None)
    assert not [route for route in routes(desk) if route.path.startswith("/webhooks/") or route.path == "timeline.md"]
    assert "/api/incidents/{incident_id}/timeline.md" not in {route.path for route in routes(desk)}


async def test_only_probes_metrics_document_and_webhooks_ask_for_no_key(tmp_path: Path) -> None:
    desk = desk_of(Agency(), tmp_path)
    open_ones = {route.path for route in routes(desk) if route.scopes == OPEN}
    assert open_ones == {
        "/health",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/webhooks/alertmanager",
        "/webhooks/telegram",
    }


async def test_whatever_changes_something_asks_for_more_than_reading(tmp_path: Path) -> None:
    harmless = {"/api/v1/agents/policies/decide"}
    writing = [route for route in routes(desk_of(Agency(), tmp_path)) if route.method != "GET"]
    assert {route.path for route in writing if route.scopes & READ} == harmless


def test_two_schemas_of_one_name_are_a_mistake() -> None:
    async def nothing(_call: object) -> Reply:
        return Reply()

    def route(path: str, field: str) -> Route:
        answer = record("Same", {field: TEXT})
        return Route(method="GET", path=path, summary="", handler=nothing, tag="t", answer=answer)

    with pytest.raises(ValueError, match="two schemas are called Same"):
        document([route("/a", "one"), route("/b", "two")], "1")
