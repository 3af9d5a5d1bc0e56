"""When an incident is over, and its timeline."""

from datetime import timedelta

import pytest

from agent.domain.catalog import StepRef
from agent.errors import NotFound
from agent.services.incidents.timeline import timeline
from tests.agent.makers import NOON
from tests.agent.services.incidents.rehearsal import OnCall, alert, webhook

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def resolve(desk: OnCall, name: str = "High", severity: str = "warning") -> None:
    since = desk.clock.now()
    await desk.receive(webhook([alert(name, since=since, severity=severity)]))
    desk.clock.advance(60)
    await desk.receive(webhook([alert(name, since=since, until=desk.clock.now(), severity=severity)]))
    await desk.send_all()


async def test_the_exit_criteria_are_announced_an_hour_after_it_has_resolved() -> None:
    desk = OnCall()
    await resolve(desk)
    resolved = (await desk.incident()).resolved_at
    assert resolved is not None
    desk.clock.advance((resolved + HOUR - desk.clock.now()).total_seconds() - 1)
    assert await desk.exits.turn() == 0
    desk.clock.advance(1)
    assert await desk.exits.turn() == 1
    assert await desk.exits.turn() == 0
    await desk.send_all()

    assert "Exit criteria met" in desk.latest
    assert desk.chat.said[-1].silent
    assert any("Exit criteria met 01 Mar 13:" in message.text for message in desk.chat.said if message.telegram_id)


async def test_a_critical_alert_that_recurs_in_the_system_starts_the_hour_again() -> None:
    desk = OnCall()
    await resolve(desk)
    desk.clock.advance(1800)
    await resolve(desk, "Other", "critical")
    desk.clock.advance(1900)
    assert await desk.exits.turn() == 0
    desk.clock.advance(1800)
    assert await desk.exits.turn() == 2


@pytest.mark.parametrize(("name", "severity"), [("Other", "critical"), ("Burn", "warning")])
async def test_nothing_is_over_while_something_critical_or_an_objective_of_its_system_fires(
    name: str, severity: str
) -> None:
    desk = OnCall()
    await resolve(desk)
    await desk.receive(webhook([alert(name, since=NOON, severity=severity)]))
    desk.clock.advance(7200)

    assert await desk.exits.turn() == 0
    async with desk.store.reading() as records:
        assert (await desk.exits.of(records, "K1")).blocked_by == (name,)


async def test_another_warning_or_another_system_holds_nothing_up() -> None:
    desk = OnCall()
    await resolve(desk)
    await desk.receive(webhook([alert("Other", since=NOON)]))
    await desk.receive(webhook([alert("Far", since=NOON, severity="critical", labels={"system": "web"})]))
    desk.clock.advance(3600)

    assert await desk.exits.turn() == 1


async def test_the_timeline_has_every_step_with_its_exact_moment() -> None:
    desk = OnCall()
    desk.clock.advance(0.25)
    await desk.receive(webhook([alert(since=NOON)]))
    await desk.ack("K1", by=7, name="an|na")
    await desk.silence("K1")
    async with desk.journal.writing() as writing:
        await desk.actions.prepare(writing, "K1", StepRef(2), by=7, chat_id=7, given={"id": "d1"})
    await desk.receive(webhook([alert(since=NOON, until=NOON + MINUTE)]))
    desk.clock.advance(3600)
    await desk.exits.turn()
    async with desk.store.reading() as records:
        text = await timeline(records, "k1")
        with pytest.raises(NotFound):
            await timeline(records, "K99")

    rows = [line for line in text.splitlines() if line.startswith("| 2026")]
    whats = [row.split(" | ")[1] for row in rows]
    assert rows[0].startswith("| 2026-03-01T12:00:00.250Z | opened | agent |")
    assert whats == [
        "opened",
        "alerts joined",
        "message queued",
        "acknowledged",
        "silenced",
        "step",
        "resolved",
        "alerts resolved",
        "exit criteria met",
    ]
    assert "an\\|na" in text
    assert "- Exit criteria met: 2026-03-01T13:00:00.250Z" in text
