"""A request under a key of the caller's own is done once, whatever becomes of its answer."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.adapters.sqlite import SqliteStore
from agent.services.upkeep import SETTLED_FOR
from tests.agent.adapters.http.stage import ADMIN, KEYS, WRITER, Answer, Client, client_of, desk_of
from tests.agent.services.agency import Agency

WISH = {"session_id": "S1", "prompt": "go"}
KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


async def asked(client: Client, body: Any = None, key: dict[str, str] | None = None) -> Answer:  # noqa: ANN401
    return await client.post("/api/runs", body or WISH, headers=KEY if key is None else key)


async def count(client: Client) -> int:
    return len((await client.get("/api/runs")).json)


async def test_the_same_request_again_is_answered_with_the_same_run(client: Client) -> None:
    first, again = await asked(client), await asked(client, {"prompt": "go", "session_id": "S1"})
    assert (first.status, "Idempotent-Replayed" in first.headers) == (202, False)
    assert (again.status, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert again.json == first.json
    assert again.headers["Location"] == first.headers["Location"]
    assert await count(client) == 1


async def test_a_repetition_is_answered_with_how_the_run_is_now(client: Client) -> None:
    await asked(client)
    await client.agency.work_off()
    assert (await asked(client)).json["status"] == "completed"


async def test_version_one_shares_the_keys(client: Client) -> None:
    first = await asked(client)
    again = await client.post("/api/v1/prompts", WISH, headers=KEY)
    assert (again.status, again.json["run_id"]) == (200, first.json["run_id"])


async def test_the_same_key_for_another_request_is_refused(client: Client) -> None:
    await asked(client)
    answer = await asked(client, {**WISH, "prompt": "stop"})
    assert (answer.status, answer.code, answer.json["error"]["field"]) == (422, "key_reused", "Idempotency-Key")
    assert await count(client) == 1


async def test_other_keys_and_none_are_requests_of_their_own(client: Client) -> None:
    for key in (KEY, {"Idempotency-Key": "other"}, {}, {}):
        assert (await asked(client, key=key)).status == 202
    assert await count(client) == 4


async def test_repetitions_that_come_together_make_one_run(client: Client) -> None:
    answers = await asyncio.gather(*(asked(client) for _ in range(10)))
    assert sorted(answer.status for answer in answers) == [200] * 9 + [202]
    assert len({answer.json["run_id"] for answer in answers}) == await count(client) == 1


async def test_what_is_refused_uses_up_no_key(client: Client) -> None:
    assert (await asked(client, {**WISH, "profile": "none"})).status == 409
    assert (await asked(client)).status == 202


async def test_a_full_disk_uses_up_no_key(client: Client) -> None:
    client.agency.disk.broken = True
    assert (await asked(client)).status == 503
    client.agency.disk.broken = False
    assert (await asked(client)).status == 202
    assert await count(client) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "two words", "k\u00fcchen"])
async def test_a_key_that_is_none_is_refused(client: Client, key: str) -> None:
    answer = await asked(client, key={"Idempotency-Key": key})
    assert (answer.status, answer.json["error"]["field"]) == (400, "Idempotency-Key")
    assert "1 to 255 visible ASCII characters" in answer.json["error"]["message"]
    assert await count(client) == 0


async def test_callers_do_not_share_keys(tmp_path: Path) -> None:
    agency = Agency()
    await agency.open()
    async with client_of(agency, desk_of(agency, tmp_path, keys=KEYS)) as client:
        for caller in (WRITER, ADMIN):
            answer = await asked(client, key={**KEY, "x-local-api-key": caller})
            assert answer.status == 202


@pytest.mark.parametrize(("later", "status"), [(timedelta(hours=24), 200), (SETTLED_FOR + timedelta(hours=1), 202)])
async def test_a_key_is_kept_for_a_week(client: Client, later: timedelta, status: int) -> None:
    await asked(client)
    client.agency.clock.advance(later.total_seconds())
    async with client.agency.store.transaction() as records:
        await records.prune(client.agency.clock.now() - SETTLED_FOR)
    assert (await asked(client)).status == status


async def test_a_key_outlives_the_agent(tmp_path: Path) -> None:
    found = []
    for life in range(2):
        async with SqliteStore.opened(tmp_path / "state.db") as store:
            agency = Agency(store=store)
            if not life:
                await agency.open()
            async with client_of(agency, desk_of(agency, tmp_path)) as client:
                found.append(await asked(client))
    assert [answer.status for answer in found] == [202, 200]
    assert found[0].json["run_id"] == found[1].json["run_id"]
