"""Who may: keys and scopes on every route, and no page from elsewhere where there is no key."""

from pathlib import Path

import pytest

from agent.adapters.http.gate import is_loopback
from agent.adapters.http.route import OPEN, Route
from agent.adapters.http.table import routes, unserved
from tests.agent.adapters.http.stage import ADMIN, NARROW, READER, WRITER, Client, desk_of
from tests.agent.services.agency import Agency


def every_guarded(folder: Path) -> list[Route]:
    table = (*routes(desk_of(Agency(), folder)), *unserved())
    return [route for route in table if route.scopes != OPEN]


def concrete(route: Route) -> str:
    return route.path.replace("{", "").replace("}", "")


async def test_every_route_refuses_a_caller_without_a_key(locked: Client, tmp_path: Path) -> None:
    for route in every_guarded(tmp_path):
        answer = await locked.call(route.method, concrete(route))
        assert (answer.status, answer.code) == (401, "unauthorized"), route.path
        assert answer.headers["WWW-Authenticate"].startswith("Bearer"), route.path


async def test_every_route_refuses_an_unknown_key(locked: Client, tmp_path: Path) -> None:
    for route in every_guarded(tmp_path):
        for headers in ({"x-local-api-key": "wrong"}, {"Authorization": "Bearer wrong"}):
            answer = await locked.call(route.method, concrete(route), headers=headers)
            assert (answer.status, answer.code) == (401, "unauthorized"), route.path


async def test_every_route_refuses_a_key_without_its_scope(locked: Client, tmp_path: Path) -> None:
    for route in every_guarded(tmp_path):
        wrong = READER if "api:read" not in route.scopes else WRITER
        answer = await locked.call(route.method, concrete(route), headers={"x-local-api-key": wrong})
        assert (answer.status, answer.code) == (403, "forbidden"), route.path


async def test_refused_callers_change_nothing(locked: Client) -> None:
    run = await locked.agency.ask()
    await locked.post(f"/api/runs/{run.id}/cancel", headers={"x-local-api-key": READER})
    assert (await locked.agency.run(run.id)).state == "pending"


@pytest.mark.parametrize("headers", [{"x-local-api-key": READER}, {"Authorization": f"bearer {READER}"}])
async def test_a_key_is_taken_from_either_header(locked: Client, headers: dict[str, str]) -> None:
    assert (await locked.get("/api/reliability", headers=headers)).status == 200


async def test_an_admin_key_may_everything(locked: Client) -> None:
    headers = {"x-local-api-key": ADMIN}
    assert (await locked.get("/api/runs", headers=headers)).status == 200
    body = {"session_id": "S1", "prompt": "go"}
    assert (await locked.post("/api/runs", body, headers=headers)).status == 202


async def test_a_narrow_key_reads_runs_and_nothing_else(locked: Client) -> None:
    headers = {"x-local-api-key": NARROW}
    assert (await locked.get("/api/runs", headers=headers)).status == 200
    assert (await locked.get("/api/v1/runs", headers=headers)).status == 200
    assert (await locked.get("/api/reliability", headers=headers)).status == 403


async def test_probes_metrics_and_document_need_no_key(locked: Client) -> None:
    for path in ("/health", "/health/live", "/health/ready", "/metrics", "/openapi.json"):
        assert (await locked.get(path)).status == 200, path


async def test_a_key_that_is_no_text_is_refused_like_any_other(locked: Client) -> None:
    answer = await locked.raw("GET /api/runs HTTP/1.1\nHost: localhost\nConnection: close\nx-local-api-key: \xff\n")
    assert answer.startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", ""])
async def test_without_keys_another_host_name_is_refused(client: Client, host: str) -> None:
    answer = await client.get("/api/runs", headers={"Host": host})
    assert (answer.status, answer.code) == (403, "foreign_host")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example", "http://["])
async def test_without_keys_a_page_from_elsewhere_is_refused(client: Client, origin: str) -> None:
    answer = await client.post("/api/runs", {"session_id": "S1", "prompt": "go"}, headers={"Origin": origin})
    assert (answer.status, answer.code) == (403, "foreign_origin")
    assert (await client.get("/api/runs")).json == []


async def test_without_keys_a_page_from_this_machine_is_served(client: Client) -> None:
    headers = {"Origin": "http://localhost:3000", "Host": "localhost:8080"}
    assert (await client.get("/api/runs", headers=headers)).status == 200


async def test_a_form_of_a_browser_is_no_request(client: Client) -> None:
    answer = await client.post("/api/approvals/approve", data={"approval_id": "K1"})
    assert (answer.status, answer.code) == (415, "not_json")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("//127.0.0.1:8080", True),
        ("//127.8.9.1", True),
        ("//[::1]:8080", True),
        ("http://LOCALHOST", True),
        ("//0.0.0.0", False),
        ("//localhost.", False),
        ("//[::1", False),
        ("null", False),
    ],
)
def test_loopback_is_recognised(address: str, *, expected: bool) -> None:
    assert is_loopback(address) is expected
