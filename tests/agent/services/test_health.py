"""Holds the probes to the documented answers."""

from pathlib import Path

import pytest

from agent.errors import StoreReadOnly
from agent.services.health import Check, Health
from tests.agent.services.agency import Agency


async def test_a_healthy_agent_is_alive_and_ready() -> None:
    health = Agency().health

    assert (health.live().status, health.live().body) == (200, {"status": "alive"})
    answer = await health.ready()
    assert answer.status == 200
    assert answer.body == {"status": "ready", "checks": {"database": "ok", "telegram": "ok", "repos": "ok"}}


async def test_a_late_event_loop_is_dead_with_a_reason() -> None:
    agency = Agency()
    agency.meter.lag = 1.5

    assert agency.health.live().status == 503
    assert agency.health.live().body == {"status": "dead", "reason": "the event loop was 1.5 s late"}


async def test_not_ready_says_which_check_and_why() -> None:
    agency = Agency()
    agency.chat.down = "connection refused"

    answer = await agency.health.ready()

    assert answer.status == 503
    assert answer.body["status"] == "not_ready"
    assert answer.body["checks"] == {"database": "ok", "telegram": "failed: connection refused", "repos": "ok"}


async def test_an_inspection_finds_what_the_gauge_shows() -> None:
    agency = Agency()
    agency.disk.broken = True
    health = Health(agency.store, agency.chat, agency.meter, Path("/nowhere"), telegram_seconds=5)

    found = await health.inspect()

    assert {check for check in Check if not found.ok(check)} == {Check.WRITES, Check.REPOS}


async def test_a_glance_finds_a_full_disk_at_once_and_forgets_nothing_else() -> None:
    agency = Agency()
    health = Health(agency.store, agency.chat, agency.meter, Path("/nowhere"), telegram_seconds=5)
    await health.inspect()
    agency.disk.broken = True

    assert {check for check in Check if not (await health.glance()).ok(check)} == {Check.WRITES, Check.REPOS}
    agency.disk.broken = False
    assert (await health.glance()).ok(Check.WRITES)


async def test_the_gauge_knows_at_once_that_a_write_was_refused_and_that_one_was_taken() -> None:
    agency = Agency()
    await agency.open()
    await agency.health.inspect()
    agency.disk.broken = True
    assert (await agency.snapshots.take()).checks[Check.WRITES]
    with pytest.raises(StoreReadOnly):
        await agency.ask()
    assert not (await agency.snapshots.take()).checks[Check.WRITES]
    agency.disk.broken = False
    await agency.ask()
    assert (await agency.snapshots.take()).checks[Check.WRITES]
