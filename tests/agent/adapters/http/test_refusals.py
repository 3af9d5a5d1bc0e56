"""Bad requests, bugs and a disk that refuses: one shape, one clear sentence, nothing changed."""

import asyncio
import gzip
import json
import logging
import zlib

import pytest

from agent.adapters.http import reading
from agent.adapters.http.route import MEGABYTE
from agent.adapters.http.runs import LONGEST_PROMPT
from tests.agent.adapters.http.stage import ALERT_TOKEN, Client, waiting_run

JSON = {"Content-Type": "application/json"}


def prompt(text: object) -> dict[str, object]:
    return {"session_id": "S1", "prompt": text}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"approval_id": NaN}',
        b'{"approval_id": 1e999}',
        b'{"approval_id": "\\ud800"}',
        b'{"approval_id": "a"} {}',
    ],
)
async def test_what_is_no_json_is_refused(client: Client, body: bytes) -> None:
    answer = await client.post("/api/approvals/approve", data=body, headers=JSON)
    assert (answer.status, answer.code) == (400, "malformed")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "body"),
        ("x", "body"),
        ({}, "session_id"),
        ({"session_id": "S1"}, "prompt"),
        ({"session_id": 1, "prompt": "go"}, "session_id"),
        (prompt(""), "prompt"),
        (prompt(" \n"), "prompt"),
        (prompt("a\0b"), "prompt"),
        (prompt("x" * (LONGEST_PROMPT + 1)), "prompt"),
        ({**prompt("go"), "promt": "go"}, "promt"),
        ({**prompt("go"), "profile": None}, "profile"),
    ],
)
async def test_what_is_not_as_described_is_refused_by_name(client: Client, body: object, field: str) -> None:
    answer = await client.post("/api/runs", data=json.dumps(body).encode(), headers=JSON)
    assert (answer.status, answer.json["error"]["field"]) == (422, field)
    assert len(answer.json["error"]["message"]) <= 300
    assert (await client.get("/api/runs")).json == []


@pytest.mark.parametrize("limit", ["0", "101", "ten", "", "1.5", "٣", "9" * 5000])
async def test_a_limit_out_of_bounds_is_refused(client: Client, limit: str) -> None:
    answer = await client.get("/api/runs", params={"limit": limit})
    assert (answer.status, answer.json["error"]["field"]) == (400, "limit")
    assert "limit has to be a whole number from 1 to 100" in answer.json["error"]["message"]


async def test_a_limit_that_is_given_twice_is_refused(client: Client) -> None:
    assert (await client.get("/api/runs?limit=1&limit=2")).status == 400


async def test_a_body_that_says_it_is_too_large_is_not_read(client: Client) -> None:
    head = f"POST /api/runs HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: {10**9}\n"
    assert (await client.raw(head)).startswith(b"HTTP/1.1 413")


async def test_a_body_that_does_not_say_how_long_it_is_is_cut_off(client: Client) -> None:
    async def endless() -> object:
        for _ in range(40):
            yield b" " * (MEGABYTE // 20)

    answer = await client.post("/api/runs", data=endless(), headers=JSON)
    assert (answer.status, answer.code) == (413, "too_large")


async def test_a_small_body_that_unpacks_to_a_large_one_is_refused(client: Client) -> None:
    body = gzip.compress(b" " * (4 * MEGABYTE))
    answer = await client.post("/api/runs", data=body, headers={**JSON, "Content-Encoding": "gzip"})
    assert answer.status == 413


@pytest.mark.parametrize("encoding", ["zstd", "br", "snappy", "compress", "gzip, gzip", "\xfc"])
async def test_an_unknown_encoding_is_refused_in_the_one_shape(client: Client, encoding: str) -> None:
    for path, more in (("/api/runs", ""), ("/webhooks/alertmanager", f"Authorization: Bearer {ALERT_TOKEN}\n")):
        head = f"POST {path} HTTP/1.1\nHost: localhost\nContent-Type: application/json\nConnection: close\n{more}"
        told = await client.raw(f"{head}Content-Encoding: {encoding}\nContent-Length: 14\n", b'{"alerts": []}')
        assert told.startswith(b"HTTP/1.1 415")
        assert b"Accept-Encoding: gzip, deflate" in told
        error = json.loads(told.partition(b"\r\n\r\n")[2])["error"]
        assert (error["code"], set(error)) == ("unknown_encoding", {"code", "message", "request_id"})


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize(
    "body",
    [b"\x00\x01nothing of the kind", gzip.compress(b"{}")[:-3], zlib.compress(b"{}")[:-3]],
    ids=["other", "gzip", "deflate"],
)
async def test_what_is_not_packed_as_it_says_or_breaks_off_is_malformed(
    client: Client, encoding: str, body: bytes
) -> None:
    head = "POST /api/runs HTTP/1.1\nHost: localhost\nContent-Type: application/json\nConnection: close\n"
    told = await client.raw(f"{head}Content-Encoding: {encoding}\nContent-Length: {len(body)}\n", body)
    assert told.startswith(b"HTTP/1.1 400")
    assert b'"malformed"' in told


async def test_a_body_that_never_arrives_is_given_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SECONDS", 0.05)
    head = "POST /api/runs HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: 10\n"
    async with asyncio.timeout(10):
        assert (await client.raw(head, b"{")).startswith(b"HTTP/1.1 408")


async def test_an_unknown_address_is_told_as_json(client: Client) -> None:
    answer = await client.get("/api/nothing")
    assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.parametrize("method", ["POST", "DELETE", "OPTIONS", "TRACE"])
async def test_another_method_is_not_allowed(client: Client, method: str) -> None:
    answer = await client.call(method, "/api/metrics")
    assert (answer.status, answer.code, answer.headers["Allow"]) == (405, "method_not_allowed", "GET,HEAD")


async def test_head_is_get_without_a_body(client: Client) -> None:
    answer = await client.call("HEAD", "/api/metrics")
    expected = await client.get("/api/metrics")
    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", str(len(expected.body)))


async def test_a_bug_is_answered_without_detail_and_logged_with_its_number(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(client.agency.health, "live", lambda: 1 / 0)
    with caplog.at_level(logging.ERROR):
        answer = await client.get("/health/live", headers={"x-request-id": "my-request"})
    assert (answer.status, answer.code) == (500, "internal")
    assert "ZeroDivisionError" not in answer.body.decode()
    assert "my-request" in answer.json["error"]["message"]
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ZeroDivisionError]


async def test_while_the_disk_refuses_reading_works_and_writing_says_so(client: Client) -> None:
    run, approval_id = await waiting_run(client.agency)
    client.agency.disk.broken = True
    assert (await client.get("/api/runs")).status == 200
    assert (await client.get("/metrics")).status == 200
    writes = (
        ("/api/runs", prompt("go")),
        (f"/api/runs/{run.id}/cancel", None),
        ("/api/approvals/approve", {"approval_id": approval_id}),
        ("/api/approvals/deny", {"approval_id": approval_id}),
        ("/api/v1/agents/deployments/other/rollback", None),
    )
    for path, body in writes:
        answer = await client.post(path, body)
        assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "read_only", "30"), path
        assert answer.json["error"]["message"] == "System in read-only mode. Writes disabled.", path
    client.agency.disk.broken = False
    assert (await client.get(f"/api/runs/{run.id}")).json["status"] == "waiting_approval"
