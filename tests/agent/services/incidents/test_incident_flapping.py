"""What comes and goes is one incident: its escalation and its ack go on, few phones ring, and it says how often."""

from datetime import datetime, timedelta

import pytest

from agent.domain.rota import EscalationStep, Person, Rota
from agent.ports import Store
from agent.services.incidents.timeline import timeline
from tests.agent.makers import NOON
from tests.agent.services.incidents.rehearsal import CHAT, OnCall, alert, webhook

MINUTE = timedelta(minutes=1)
BO, CHRIS = Person("bo", 12), Person("chris", 13)
ROTA = Rota(
    chats=(CHAT,),
    escalation=(EscalationStep(15 * MINUTE, people=(BO,)), EscalationStep(40 * MINUTE, people=(CHRIS,))),
)


@pytest.fixture
def desk(store: Store) -> OnCall:
    return OnCall(store=store, rota=ROTA)


async def at(desk: OnCall, minutes: float) -> None:
    desk.clock.advance((NOON + minutes * MINUTE - desk.clock.now()).total_seconds())


async def fires(desk: OnCall, minutes: float, severity: str = "critical") -> None:
    await at(desk, minutes)
    await desk.receive(webhook([alert(since=desk.clock.now(), severity=severity)]))
    await desk.send_all()


async def ends(desk: OnCall, minutes: float, severity: str = "critical") -> None:
    await at(desk, minutes)
    (firing,) = (await desk.incident()).firing
    await desk.receive(webhook([alert(since=firing.starts_at, until=desk.clock.now(), severity=severity)]))
    await desk.send_all()


async def flaps(desk: OnCall, *, until: int, severity: str = "critical") -> None:
    """Two minutes up, two minutes down."""
    for minutes in range(0, until, 4):
        await fires(desk, minutes, severity)
        await desk.escalation.escalate_due()
        await ends(desk, minutes + 2, severity)


async def test_a_critical_alert_that_flaps_is_escalated_as_if_it_had_stood(desk: OnCall) -> None:
    await flaps(desk, until=60)

    first: dict[int, datetime] = {}
    for message in desk.chat.said:
        first.setdefault(message.chat_id, message.queued_at)
    assert 15 * MINUTE <= first[12] - NOON < 20 * MINUTE
    assert 40 * MINUTE <= first[13] - NOON < 45 * MINUTE


async def test_what_flaps_untaken_rings_when_it_is_back_and_then_every_ten_minutes_at_most(desk: OnCall) -> None:
    await flaps(desk, until=48, severity="warning")

    rung = [each.queued_at - NOON for each in desk.chat.said if not each.silent and not each.telegram_id]
    assert [round(each / MINUTE) for each in rung] == [0, 4, 16, 28, 40]
    assert sum("goes on further down" in each.text for each in desk.chat.said) == 4


async def test_what_somebody_has_taken_rings_nobody_while_it_flaps_and_is_theirs_until_the_ack_lapses(
    desk: OnCall,
) -> None:
    await fires(desk, 0)
    await desk.ack("K1", by=12)
    await ends(desk, 1)
    for minutes in range(20, 60, 20):
        await fires(desk, minutes)
        await ends(desk, minutes + 2)
    await fires(desk, 59)
    assert await desk.acks.lapse_due() == 0
    assert await desk.escalation.escalate_due() == 0
    assert "👤 bo has it since 01 Mar 12:00 UTC" in desk.latest
    assert len(desk.rings) == 1

    await at(desk, 60.2)
    assert await desk.acks.lapse_due() == 1
    await desk.send_all()
    assert len(desk.rings) == 2


async def test_the_message_says_how_often_it_has_fired_and_since_when_and_so_does_the_timeline(desk: OnCall) -> None:
    await fires(desk, 0)
    assert "ired" not in desk.latest
    await ends(desk, 2)
    assert "From 01 Mar 12:00 UTC to 01 Mar 12:02 UTC, 2 min" in desk.latest
    for minutes in range(4, 28, 4):
        await fires(desk, minutes)
        await ends(desk, minutes + 2)
    await fires(desk, 28)
    assert "Since 01 Mar 12:28 UTC (" in desk.rings[-1]
    assert "🔁 Fired 8 times since 01 Mar 12:00 UTC." in desk.rings[-1]

    await ends(desk, 31)
    assert "🔁 Fired 8 times from 01 Mar 12:00 UTC to 01 Mar 12:31 UTC, 31 min; the last time for 3 min." in desk.latest
    async with desk.store.reading() as records:
        page = await timeline(records, "K1")
    assert "- Fired: 8 times" in page
    assert "- First alert began: 2026-03-01T12:00:00.000Z" in page


async def test_half_an_hour_after_it_has_ended_it_starts_from_zero_and_rings(desk: OnCall) -> None:
    await fires(desk, 0)
    await desk.ack("K1", by=12)
    await ends(desk, 1)
    await fires(desk, 32)

    incident = await desk.incident()
    assert (incident.acked_by, incident.level) == (None, 0)
    assert incident.unattended_since is not None
    assert incident.unattended_since >= NOON + 32 * MINUTE
    assert len(desk.rings) == 2


async def test_what_comes_back_worse_than_it_was_rings_whoever_had_it(desk: OnCall) -> None:
    await fires(desk, 0, "warning")
    await desk.ack("K1", by=12)
    await ends(desk, 1, "warning")
    await fires(desk, 2, "critical")

    assert len(desk.rings) == 2
    assert (await desk.incident()).acked_by is None


def both(desk: OnCall, worse_until: float | None = None, worse_since: float = 0) -> str:
    """A warning that stands, and something critical that comes and goes in the same group."""
    until = None if worse_until is None else NOON + worse_until * MINUTE
    worse = alert(since=NOON + worse_since * MINUTE, until=until, severity="critical")
    return webhook([alert(since=NOON, labels={"job": "b"}), worse])


async def test_a_severity_that_flaps_keeps_the_escalation_going_too(desk: OnCall) -> None:
    await desk.receive(both(desk))
    await at(desk, 8)
    await desk.receive(both(desk, 8))
    await at(desk, 9)
    await desk.receive(both(desk, worse_since=9))
    await desk.send_all()
    assert len(desk.rings) == 1
    await at(desk, 16)

    assert await desk.escalation.escalate_due() == 1


async def test_something_critical_that_flaps_in_what_somebody_has_taken_rings_once(desk: OnCall) -> None:
    stands = alert(since=NOON, severity="critical", labels={"job": "b"})
    await desk.receive(webhook([stands]))
    await desk.send_all()
    await desk.ack("K1", by=12)
    for minutes in (2, 6, 10):
        since = NOON + minutes * MINUTE
        await at(desk, minutes)
        await desk.receive(webhook([stands, alert(since=since, severity="critical")]))
        await desk.send_all()
        await at(desk, minutes + 2)
        gone = alert(since=since, until=since + 2 * MINUTE, severity="critical")
        await desk.receive(webhook([stands, gone]))
        await desk.send_all()

    assert len(desk.rings) == 1 + 1


async def test_another_critical_alert_rings_whoever_has_what_comes_back(desk: OnCall) -> None:
    await fires(desk, 0)
    await desk.ack("K1", by=12)
    await ends(desk, 1)
    await at(desk, 3)
    await desk.receive(webhook([alert(since=desk.clock.now(), severity="critical", labels={"job": "other"})]))
    await desk.send_all()

    assert len(desk.rings) == 2
    assert "bo has it" in desk.rings[-1]


async def test_another_critical_alert_rings_although_one_like_it_has_come_and_gone_before(desk: OnCall) -> None:
    await desk.receive(both(desk))
    await desk.send_all()
    await desk.ack("K1", by=12)
    await at(desk, 2)
    await desk.receive(both(desk, 2))
    await at(desk, 4)
    other = alert(since=desk.clock.now(), severity="critical", labels={"job": "other"})
    await desk.receive(webhook([alert(since=NOON, labels={"job": "b"}), other]))
    await desk.send_all()

    assert len(desk.rings) == 2
    assert "bo has it" in desk.rings[-1]


async def test_a_critical_alert_that_comes_to_what_was_a_mere_warning_for_long_rings_whoever_had_it(
    desk: OnCall,
) -> None:
    await desk.receive(both(desk))
    await at(desk, 2)
    await desk.receive(both(desk, 2))
    await desk.send_all()
    await desk.ack("K1", by=12)
    await at(desk, 40)
    await desk.receive(both(desk, worse_since=40))
    await desk.send_all()

    assert len(desk.rings) == 2
    assert (await desk.incident()).acked_by is None


async def test_what_was_gathered_in_a_storm_and_taken_rings_nobody_when_it_flaps(store: Store) -> None:
    desk = OnCall(store=store, groups=1)
    await desk.receive(webhook([alert("First", since=NOON, severity="critical")]))
    await desk.receive(webhook([alert("Second", since=NOON, severity="critical")]))
    await at(desk, 3)
    assert await desk.storms.calm() == 1
    await desk.ack("K2", by=12)
    await desk.send_all()
    rung = len(desk.rings)
    await desk.receive(webhook([alert("Second", since=NOON, until=desk.clock.now(), severity="critical")]))
    await at(desk, 5)
    await desk.receive(webhook([alert("Second", since=desk.clock.now(), severity="critical")]))
    await desk.send_all()

    assert len(desk.rings) == rung
