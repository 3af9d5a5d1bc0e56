"""Holds outgoing alerts to leaving in the end, and to never being in anybody's way."""

import asyncio

from agent.domain.alert import AlertState, Category
from agent.services.alerts import Alerts, HookRules
from tests.agent.makers import make_run
from tests.agent.services.agency import Agency


async def enter(agency: Agency, *run_ids: str, alerts: Alerts | None = None) -> None:
    async with agency.journal.writing() as writing:
        for run_id in run_ids:
            run = make_run(id=run_id)
            await (alerts or agency.alerts).enter(writing, Category.RUN_FAILED, run, "ERR_UNKNOWN")


async def count(agency: Agency, state: AlertState) -> int:
    async with agency.store.reading() as records:
        return (await records.alerts.count_by_state())[state]


async def test_an_alert_is_sent_once() -> None:
    agency = Agency()
    await enter(agency, "r1")
    await agency.alerts.deliver_due()
    await agency.alerts.deliver_due()

    assert [alert.run_id for alert in agency.sink.sent] == ["r1"]
    assert await count(agency, AlertState.SENT) == 1


async def test_a_delivered_alert_is_not_sent_again_because_the_disk_is_full() -> None:
    agency = Agency()
    await enter(agency, "r1")
    agency.disk.broken = True
    delivering = asyncio.create_task(agency.alerts.deliver_due())
    await agency.breathe()
    agency.disk.broken = False
    agency.clock.advance(1)
    await delivering

    assert [alert.run_id for alert in agency.sink.sent] == ["r1"]
    assert await count(agency, AlertState.SENT) == 1


async def test_an_outage_is_one_alert_for_the_window() -> None:
    agency = Agency()
    await enter(agency, "r1", "r2")
    agency.clock.advance(90)
    await enter(agency, "r3")
    await agency.alerts.deliver_due()

    assert [alert.run_id for alert in agency.sink.sent] == ["r1", "r3"]


async def test_deduplication_survives_a_restart() -> None:
    agency = Agency()
    await enter(agency, "r1")
    await enter(Agency(store=agency.store, clock=agency.clock), "r2")

    assert await count(agency, AlertState.DROPPED_DEDUP) == 1


async def test_a_dead_letter_is_tried_again_by_time_and_arrives() -> None:
    agency = Agency()
    agency.sink.refusals.extend(["503"] * 3)
    await enter(agency, "r1")
    waits = []
    for _ in range(4):
        waits.append(await agency.alerts.deliver_due())
        agency.clock.advance(waits[-1])

    assert waits == [1, 2, 60, 60]
    assert [alert.run_id for alert in agency.sink.sent] == ["r1"] * 4
    assert await count(agency, AlertState.SENT) == 1


async def test_no_more_dead_letters_are_kept_than_configured() -> None:
    agency = Agency()
    alerts = Alerts(agency.journal, agency.sink, HookRules(enabled=True, retries=0, dead_letters=2))
    agency.sink.refusals.extend(["503"] * 9)
    for number in range(5):
        agency.clock.advance(91)
        await enter(agency, f"r{number}", alerts=alerts)
    await alerts.deliver_due()

    assert await count(agency, AlertState.DEAD_LETTER) == 2


async def test_without_a_hook_nothing_is_kept() -> None:
    agency = Agency()
    await enter(agency, "r1", alerts=Alerts(agency.journal, agency.sink, HookRules(enabled=False)))

    assert await count(agency, AlertState.PENDING) == 0
