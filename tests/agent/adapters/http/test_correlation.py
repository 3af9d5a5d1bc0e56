"""Which request this is: accepted from the caller, bound to the log, returned, and passed on to the run."""

import logging

import pytest

from agent.logs import AUDIT, correlation
from tests.agent.adapters.http.stage import ADMIN, Client

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"
ASK = {"session_id": "S1", "prompt": "go"}


async def test_the_callers_trace_is_continued_and_its_request_id_returned(client: Client) -> None:
    answer = await client.get("/api/runs", headers={"traceparent": PARENT, "x-request-id": "abc-1"})
    assert answer.headers["x-request-id"] == "abc-1"
    assert answer.headers["traceparent"].split("-")[1] == TRACE
    assert answer.headers["traceparent"] != PARENT


async def test_every_answer_carries_both(client: Client) -> None:
    for path in ("/health/live", "/metrics", "/nothing", "/api/runs?limit=0", "/api/runs/none/artifact.txt"):
        answer = await client.get(path)
        assert answer.headers["x-request-id"], path
        assert answer.headers["traceparent"].startswith("00-"), path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path


@pytest.mark.parametrize("told", ["a b", "x" * 129, "<script>", "é"])
async def test_a_request_id_that_is_none_is_replaced(client: Client, told: str) -> None:
    answer = await client.get("/health/live", headers={"x-request-id": told})
    assert answer.headers["x-request-id"].startswith("run-")


@pytest.mark.parametrize("told", ["nonsense", f"ff-{TRACE}-b7ad6b7169203331-01", f"00-{'0' * 32}-b7ad6b7169203331-01"])
async def test_a_trace_that_is_none_is_begun_anew(client: Client, told: str) -> None:
    answer = await client.get("/health/live", headers={"traceparent": told})
    assert TRACE not in answer.headers["traceparent"]


async def test_a_prompt_takes_the_trace_along(client: Client) -> None:
    headers = {"traceparent": PARENT, "tracestate": "vendor=1"}
    answer = await client.post("/api/runs", ASK, headers=headers)
    run = await client.agency.run(answer.json["run_id"])
    assert (run.traceparent, run.tracestate) == (answer.headers["traceparent"], "vendor=1")
    assert run.traceparent.split("-")[1] == TRACE


async def test_a_state_that_is_no_text_is_left_behind(client: Client) -> None:
    body = b'{"session_id": "S1", "prompt": "go"}'
    answer = await client.raw(
        f"POST /api/runs HTTP/1.1\nHost: localhost\nConnection: close\nContent-Type: application/json\n"
        f"Content-Length: {len(body)}\ntraceparent: {PARENT}\ntracestate: v=\xff\n",
        body,
    )
    assert answer.startswith(b"HTTP/1.1 202")
    (run,) = (await client.get("/api/runs")).json
    assert (await client.agency.run(run["run_id"])).tracestate == ""


async def test_lines_of_a_request_carry_its_identifiers(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    live = client.agency.health.live

    def noting() -> object:
        seen.append(correlation())
        return live()

    monkeypatch.setattr(client.agency.health, "live", noting)
    await client.get("/health/live", headers={"traceparent": PARENT, "x-request-id": "abc-1"})
    assert (seen[0].trace_id, seen[0].context) == (TRACE, {"request_id": "abc-1"})


async def test_each_write_of_a_known_key_leaves_one_line_and_nobody_else_can_fill_the_audit_log(
    locked: Client, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {"x-local-api-key": ADMIN}
    with caplog.at_level(logging.INFO, AUDIT):
        await locked.get("/api/runs", headers=headers)
        await locked.post("/api/runs", ASK, headers=headers)
        await locked.post("/api/runs", ASK)
        await locked.post("/api/runs", ASK, headers={"x-local-api-key": "guessed"})
        await locked.post("/webhooks/alertmanager", {})
        await locked.post("/nothing", {})
    lines = [vars(record) for record in caplog.records if record.name == AUDIT]
    assert [(line["method"], line["path"], line["status"], line["key"]) for line in lines] == [
        ("POST", "/api/runs", 202, "key 3"),
    ]
    assert ADMIN not in str(lines)
