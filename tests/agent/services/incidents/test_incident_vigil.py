"""The watch over the monitoring: its silence is an incident like any other, and while it lasts nothing is over."""

from datetime import timedelta

import pytest

from agent.domain.incident import IncidentSeverity
from agent.domain.incident_silence import Matcher, Silence
from agent.domain.incident_watch import Heard
from agent.domain.rota import EscalationStep, Person, Rota
from agent.errors import Conflict
from agent.ports import Store
from agent.services.incidents.timeline import timeline
from tests.agent.makers import NOON
from tests.agent.services.incidents.rehearsal import CHAT, OnCall, alert, webhook

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ROTA = Rota(chats=(CHAT,), escalation=(EscalationStep(5 * MINUTE, people=(Person("bo", 12),)),))


@pytest.fixture
def desk(store: Store) -> OnCall:
    return OnCall(store=store, rota=ROTA)


async def beats(desk: OnCall) -> None:
    await desk.receive(webhook([alert("TocsinWatchdog", since=NOON - HOUR, severity="info")]))


async def falls_silent(desk: OnCall) -> None:
    await beats(desk)
    desk.clock.advance(300)
    assert await desk.vigil.look() is Heard.SILENT
    await desk.send_all()


async def test_the_heartbeat_is_no_incident(desk: OnCall) -> None:
    await beats(desk)

    assert await desk.all() == []


async def test_a_heartbeat_that_stops_is_an_incident_that_is_resolved_when_it_is_back(desk: OnCall) -> None:
    await beats(desk)
    desk.clock.advance(299)
    assert await desk.vigil.look() is Heard.NOTHING
    desk.clock.advance(1)
    assert await desk.vigil.look() is Heard.SILENT
    desk.clock.advance(600)
    assert await desk.vigil.look() is Heard.NOTHING
    await desk.send_all()
    (incident,) = await desk.all()
    assert (incident.name, incident.severity) == ("MonitoringDown", IncidentSeverity.CRITICAL)
    assert "Monitoring is down</b>: no heartbeat since 01 Mar 12:00 UTC" in desk.rings[-1]

    await beats(desk)
    assert await desk.vigil.look() is Heard.BACK
    await desk.send_all()
    assert "Monitoring is back</b>: it had been silent since 01 Mar 12:00 UTC" in desk.latest
    assert desk.chat.said[-1].telegram_id == 1001
    assert len(desk.rings) == 1
    assert not (await desk.incident()).is_open
    assert desk.agency.observer.names.count("incident.opened") == 1
    assert desk.agency.observer.names.count("incident.resolved") == 1


async def test_it_can_be_taken_and_not_be_silenced(desk: OnCall) -> None:
    await falls_silent(desk)
    assert [[button.label for button in row] for row in desk.chat.said[-1].buttons] == [["Ack"]]
    with pytest.raises(Conflict):
        await desk.silence("K1")
    await desk.ack("K1", by=12)
    await desk.send_all()

    assert "👤 bo has it" in desk.latest
    assert desk.silencer.silences == {}
    desk.clock.advance(3600)
    assert await desk.acks.lapse_due() == 1


async def test_it_is_escalated_when_nobody_takes_it_and_its_timeline_says_so(desk: OnCall) -> None:
    await falls_silent(desk)
    desk.clock.advance(300)
    assert await desk.escalation.escalate_due() == 1
    await desk.send_all()

    assert any(each.chat_id == 12 and "Monitoring is down" in each.text for each in desk.chat.said)
    assert "Escalated, step 1: nobody has taken it" in desk.latest
    async with desk.store.reading() as records:
        page = await timeline(records, "K1")
    assert "MonitoringDown" in page
    assert "| escalated | agent | step 1, to bo |" in page


async def test_an_alertmanager_that_does_not_know_it_changes_nothing_about_it(desk: OnCall) -> None:
    await falls_silent(desk)
    everything = (Matcher("alertname", ".*", is_regex=True),)
    desk.silencer.silences["x"] = Silence(
        matchers=everything, starts_at=NOON, ends_at=NOON + 9 * HOUR, by="carol", comment="", id="x"
    )
    for _ in range(3):
        await desk.mirror.turn()
        desk.clock.advance(600)

    incident = await desk.incident()
    assert incident.is_open
    assert not incident.is_silenced(desk.clock.now())


async def test_in_a_storm_it_rings_and_is_no_line_of_many(desk: OnCall) -> None:
    await beats(desk)
    desk.clock.advance(290)
    await desk.receive(*(webhook([alert(f"A{number}", since=NOON, severity="critical")]) for number in range(15)))
    desk.clock.advance(10)
    await desk.vigil.look()
    await desk.send_all()

    assert sum("Monitoring is down" in each for each in desk.rings) == 1


async def test_each_silence_is_told_and_one_soon_after_another_is_the_same_incident(desk: OnCall) -> None:
    await falls_silent(desk)
    await beats(desk)
    assert await desk.vigil.look() is Heard.BACK
    desk.clock.advance(720)
    assert await desk.vigil.look() is Heard.SILENT
    await desk.send_all()
    (incident,) = await desk.all()
    assert incident.is_open
    assert any("no heartbeat since 01 Mar 12:05 UTC" in each and "Fired 2 times" in each for each in desk.rings)

    await beats(desk)
    await desk.vigil.look()
    await desk.send_all()
    assert "silent since 01 Mar 12:05 UTC" in desk.latest


async def test_a_restart_neither_forgets_it_nor_rings_again(desk: OnCall) -> None:
    await falls_silent(desk)
    reborn = OnCall(store=desk.store, clock=desk.clock, rota=ROTA)
    reborn.clock.advance(400)
    assert await reborn.vigil.look() is Heard.NOTHING
    await beats(reborn)
    assert await reborn.vigil.look() is Heard.BACK
    await reborn.send_all()

    assert reborn.rings == []
    assert "Monitoring is back" in reborn.latest


async def test_the_end_of_the_watchdog_is_no_heartbeat(desk: OnCall) -> None:
    await beats(desk)
    desk.clock.advance(200)
    await desk.receive(webhook([alert("TocsinWatchdog", since=NOON, until=NOON + MINUTE, severity="info")]))
    desk.clock.advance(100)

    assert await desk.vigil.look() is Heard.SILENT


async def test_before_the_first_heartbeat_it_is_missed_only_where_one_is_expected() -> None:
    indifferent, expecting = OnCall(), OnCall(expected=True)
    indifferent.clock.advance(86_400)
    expecting.clock.advance(300)

    assert await indifferent.vigil.look() is Heard.NOTHING
    assert await expecting.vigil.look() is Heard.SILENT


async def test_an_agent_that_was_down_itself_gives_the_monitoring_a_period_to_be_heard(desk: OnCall) -> None:
    await beats(desk)
    desk.clock.advance(7200)
    reborn = OnCall(store=desk.store, clock=desk.clock)
    assert await reborn.vigil.look() is Heard.NOTHING
    reborn.clock.advance(300)
    assert await reborn.vigil.look() is Heard.SILENT


async def high_comes_and_goes(desk: OnCall) -> None:
    since = desk.clock.now()
    await desk.receive(webhook([alert(since=since)]))
    await desk.receive(webhook([alert(since=since, until=since + MINUTE)]))


async def beats_for(desk: OnCall, minutes: int) -> None:
    for _ in range(minutes):
        desk.clock.advance(60)
        await beats(desk)
        await desk.vigil.look()


async def test_nothing_is_over_while_the_monitoring_is_down_and_the_window_begins_again_when_it_is_back(
    desk: OnCall,
) -> None:
    await beats(desk)
    await high_comes_and_goes(desk)
    desk.clock.advance(300)
    await desk.vigil.look()
    desk.clock.advance(7200)
    assert await desk.exits.turn() == 0
    async with desk.store.reading() as records:
        assert (await desk.exits.of(records, "K1")).blocked_by == ("MonitoringDown",)

    await beats_for(desk, 59)
    assert await desk.exits.turn() == 0
    await beats_for(desk, 3)
    assert await desk.exits.turn() == 2


async def test_nothing_is_over_before_a_restarted_agent_hears_the_monitoring(desk: OnCall) -> None:
    await beats(desk)
    await high_comes_and_goes(desk)
    desk.clock.advance(7200)
    reborn = OnCall(store=desk.store, clock=desk.clock, rota=ROTA)
    assert await reborn.exits.turn() == 0
    await beats(reborn)
    assert await reborn.exits.turn() == 1


async def test_where_a_heartbeat_is_expected_and_none_ever_comes_nothing_is_over() -> None:
    desk = OnCall(expected=True)
    await high_comes_and_goes(desk)
    desk.clock.advance(3700)

    assert await desk.exits.turn() == 0


async def test_it_is_counted_among_the_open_incidents(desk: OnCall) -> None:
    await falls_silent(desk)
    async with desk.store.reading() as records:
        found = await records.incidents.unattended_by_severity(desk.clock.now())

    assert found[IncidentSeverity.CRITICAL] == 1


async def test_a_heartbeat_that_comes_and_goes_rings_nobody_while_somebody_has_it(desk: OnCall) -> None:
    await falls_silent(desk)
    await desk.ack("K1", by=12)
    await desk.send_all()
    rung = len(desk.rings)
    await beats(desk)
    assert await desk.vigil.look() is Heard.BACK
    desk.clock.advance(400)
    assert await desk.vigil.look() is Heard.SILENT
    await desk.send_all()

    assert len(desk.rings) == rung
    assert (await desk.incident()).acked_by == 12
