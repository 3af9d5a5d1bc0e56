"""`/metrics`: the state at this moment, and the truth when the state cannot be read."""

from contextlib import asynccontextmanager

import pytest

from agent.errors import StoreError
from tests.agent.adapters.http.stage import Client, failed_run, waiting_run


async def test_gauges_are_read_from_the_store_at_every_scrape(client: Client) -> None:
    assert b"televibe_approvals_pending 0.0" in (await client.get("/metrics")).body
    await waiting_run(client.agency)
    answer = await client.get("/metrics")
    assert b"televibe_approvals_pending 1.0" in answer.body
    assert answer.headers["Content-Type"].startswith("text/plain; version=")


async def test_while_the_store_cannot_be_read_counters_go_on_and_its_check_has_failed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await failed_run(client.agency)
    await client.get("/metrics")

    @asynccontextmanager
    async def broken():  # type: ignore[no-untyped-def]  # noqa: ANN202 - stands in for a method
        raise StoreError
        yield

    monkeypatch.setattr(client.agency.store, "reading", broken)
    answer = await client.get("/metrics")
    assert answer.status == 200
    assert b'televibe_jobs_total{project_id="app",status="failed"} 1.0' in answer.body
    assert b'televibe_health_check{check="database"} 0.0' in answer.body
    assert b"codex_bot_run_failure_rate" not in answer.body
    assert answer.body.count(b"# TYPE televibe_health_check ") == 1
