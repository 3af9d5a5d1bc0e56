"""Webhooks in, one message per group out: what rings, what only edits, and what is harmless."""

import json
from datetime import timedelta

import pytest

from agent.domain.inbox import Source
from agent.domain.incident import IncidentSeverity
from tests.agent.makers import NOON
from tests.agent.services.incidents.rehearsal import ADMIN, CHAT, OnCall, alert, webhook

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
CRITICAL = IncidentSeverity.CRITICAL


async def test_a_group_that_fires_is_one_message_with_its_steps_and_its_buttons(desk: OnCall) -> None:
    await desk.receive(webhook([alert(since=NOON - MINUTE)]))
    await desk.send_all()

    (message,) = desk.chat.said
    labels = [button.label for row in message.buttons for button in row]
    assert message.chat_id == CHAT
    assert not message.silent
    assert "SEV-2 warning" in message.text
    assert "High is bad" in message.text
    assert "Now 63 %. (threshold: above 20 %)" in message.text
    assert "Since 01 Mar 11:59 UTC" in message.text
    assert "docker compose ps" in message.text
    assert labels[:6] == ["Ack", "Steps", "Chart", "Silence 1h", "Silence 4h", "Silence 24h"]
    assert labels[6] == "▶ 2. Roll it back."


async def test_alerts_that_join_leave_and_resolve_edit_the_message_in_place(desk: OnCall) -> None:
    first, second = alert(since=NOON, labels={"job": "a"}), alert(since=NOON, labels={"job": "b"})
    await desk.receive(webhook([first]))
    await desk.send_all()
    await desk.receive(webhook([first, second]))
    await desk.send_all()
    gone = alert(since=NOON, until=NOON + MINUTE, labels={"job": "a"})
    await desk.receive(webhook([gone, second]))
    await desk.send_all()
    await desk.receive(webhook([alert(since=NOON, until=NOON + 2 * MINUTE, labels={"job": "b"})]))
    await desk.send_all()

    assert [message.telegram_id for message in desk.chat.said] == [0, 1001, 1001, 1001]
    assert len(desk.rings) == 1
    assert "job=b" in desk.chat.said[1].text
    assert "1 alert firing, 1 alert resolved" in desk.chat.said[2].text
    assert "Resolved" in desk.latest
    assert not (await desk.incident()).is_open
    assert desk.agency.observer.names.count("incident.opened") == 1
    assert desk.agency.observer.names.count("incident.resolved") == 1


async def test_a_replayed_webhook_changes_nothing(desk: OnCall) -> None:
    body = webhook([alert(since=NOON)])
    await desk.receive(body, body, body)
    await desk.send_all()
    before = await desk.incident()
    desk.clock.advance(7200)
    await desk.receive(body)
    await desk.send_all()

    assert len(desk.chat.said) == 1
    assert await desk.incident() == before


async def test_an_older_state_that_comes_late_does_not_open_what_has_resolved(desk: OnCall) -> None:
    firing = webhook([alert(since=NOON)])
    await desk.receive(firing, webhook([alert(since=NOON, until=NOON + MINUTE)]))
    await desk.send_all()
    desk.clock.advance(90_000)
    await desk.receive(firing)
    await desk.send_all()

    assert len(await desk.all()) == 1
    assert not (await desk.incident()).is_open
    assert len(desk.rings) == 1


async def test_an_end_that_comes_before_its_beginning_rings_nobody(desk: OnCall) -> None:
    await desk.receive(webhook([alert(since=NOON, until=NOON + MINUTE)]), webhook([alert(since=NOON)]))
    await desk.send_all()

    assert not (await desk.incident()).is_open
    assert desk.chat.said == []


async def test_what_fires_again_within_the_hour_is_the_same_incident_and_rings(desk: OnCall) -> None:
    await desk.receive(webhook([alert(since=NOON)]), webhook([alert(since=NOON, until=NOON + MINUTE)]))
    await desk.send_all()
    desk.clock.advance(600)
    await desk.receive(webhook([alert(since=NOON + 10 * MINUTE)]))
    await desk.send_all()

    assert len(await desk.all()) == 1
    assert (await desk.incident()).is_open
    assert len(desk.rings) == 2
    assert any("goes on further down" in message.text for message in desk.chat.said)


async def test_what_fires_again_after_the_exit_criteria_is_another_incident(desk: OnCall) -> None:
    await desk.receive(webhook([alert(since=NOON)]), webhook([alert(since=NOON, until=NOON + MINUTE)]))
    desk.clock.advance(3601)
    assert await desk.exits.turn() == 1
    await desk.receive(webhook([alert(since=NOON + 2 * HOUR)]))

    assert [each.is_open for each in await desk.all()] == [True, False]


async def test_a_severity_that_rises_rings_again_and_takes_the_ack_back(desk: OnCall) -> None:
    await desk.receive(webhook([alert(since=NOON)]))
    await desk.send_all()
    await desk.ack("K1")
    await desk.receive(webhook([alert(since=NOON), alert(since=NOON, severity="critical")]))
    await desk.send_all()

    incident = await desk.incident()
    assert (incident.severity, incident.acked_by) == (CRITICAL, None)
    assert len(desk.rings) == 2
    assert "SEV-1 critical" in desk.rings[-1]


async def test_what_gets_worse_before_it_was_said_is_said_once(desk: OnCall) -> None:
    await desk.receive(webhook([alert(since=NOON)]))
    await desk.receive(webhook([alert(since=NOON), alert(since=NOON, severity="critical")]))
    await desk.send_all()

    assert len(desk.chat.said) == 1
    assert "SEV-1 critical" in desk.latest


async def test_a_new_critical_alert_rings_although_somebody_has_it(desk: OnCall) -> None:
    one = alert(since=NOON, severity="critical", labels={"job": "a"})
    await desk.receive(webhook([one]))
    await desk.send_all()
    await desk.ack("K1")
    await desk.receive(webhook([one, alert(since=NOON, severity="critical", labels={"job": "b"})]))
    await desk.send_all()

    assert (await desk.incident()).acked_by == 7
    assert len(desk.rings) == 2


async def test_information_is_written_into_the_chat_without_a_sound(desk: OnCall) -> None:
    await desk.receive(webhook([alert(since=NOON, severity="info")]))
    await desk.send_all()

    assert [message.silent for message in desk.chat.said] == [True]
    assert (await desk.incident()).rung_at is None


async def test_an_unknown_alert_is_shown_with_its_own_annotations(desk: OnCall) -> None:
    await desk.receive(webhook([alert("Stranger", since=NOON, annotations={"summary": "a <b>& b", "x": "y"})]))
    await desk.send_all()

    assert "Stranger" in desk.latest
    assert "a &lt;b&gt;&amp; b" in desk.latest
    assert "No runbook is known" in desk.latest


async def test_an_alert_without_annotations_of_its_own_words_shows_those_it_has(desk: OnCall) -> None:
    await desk.receive(webhook([alert("Stranger", since=NOON, annotations={"reason": "disk"})]))
    await desk.send_all()

    assert "reason: disk" in desk.latest


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"version": "3", "alerts": []}',
        '{"version": "4", "alerts": {}}',
        '{"version": "4", "alerts": [{"labels": {}, "startsAt": "2026-03-01T11:00:00Z"}]}',
        '{"version": "4", "alerts": [7]}',
        "[" * 100_000,
    ],
)
async def test_what_cannot_be_read_is_put_aside_with_its_reason_and_told_once(desk: OnCall, body: str) -> None:
    good = webhook([alert(since=NOON)])
    await desk.receive(body, body, good)
    await desk.send_all()

    async with desk.store.reading() as records:
        assert not await records.inbox.waiting(Source.ALERTMANAGER, 9)
        assert "incident.unreadable" in {each.action for each in await records.audit.listing(9)}
    said = [message for message in desk.chat.said if message.chat_id == ADMIN]
    assert len([message for message in said if not message.telegram_id]) == 1
    assert "2 alert groups" in said[-1].text
    assert len(await desk.all()) == 1


async def test_absent_and_unknown_fields_are_fine(desk: OnCall) -> None:
    body = {
        "alerts": [{"labels": {"alertname": "X"}, "startsAt": "2026-03-01T11:00:00+01:00"}],
        "routeLabels": {"a": "b"},
    }
    await desk.receive(json.dumps(body))
    await desk.send_all()

    incident = await desk.incident()
    assert (incident.name, incident.severity, incident.is_open) == ("X", IncidentSeverity.WARNING, True)
    assert incident.firing[0].starts_at == NOON - 2 * HOUR


async def test_alerts_that_alertmanager_left_out_are_counted(desk: OnCall) -> None:
    await desk.receive(webhook([alert(since=NOON)], truncatedAlerts=41))
    await desk.send_all()

    assert "1 alert firing, 41 more not listed here" in desk.latest


async def test_a_group_is_not_resolved_while_alerts_that_were_left_out_fire(desk: OnCall) -> None:
    gone = alert(since=NOON, until=NOON + MINUTE)
    await desk.receive(webhook([alert(since=NOON)], truncatedAlerts=3))
    await desk.receive(webhook([gone], truncatedAlerts=3, status="firing"))
    assert (await desk.incident()).is_open
    await desk.receive(webhook([gone], truncatedAlerts=3, status="resolved"))
    await desk.send_all()

    assert not (await desk.incident()).is_open
    assert "Resolved" in desk.latest


async def test_a_clock_that_runs_ahead_does_not_date_alerts_into_the_future_nor_hide_later_ones(desk: OnCall) -> None:
    ahead = NOON + HOUR
    await desk.receive(webhook([alert(since=ahead)]))
    await desk.send_all()
    assert "Since 01 Mar 12:00 UTC" in desk.latest
    desk.clock.advance(300)
    await desk.receive(webhook([alert(since=ahead, until=ahead + 5 * MINUTE)]))
    assert not (await desk.incident()).is_open

    desk.clock.advance(600)  # the sender's clock has been put right
    await desk.receive(webhook([alert(since=NOON + 15 * MINUTE)]))

    assert (await desk.incident()).is_open


async def test_a_group_keeps_its_incident_when_its_route_is_renamed(desk: OnCall) -> None:
    await desk.receive(webhook([alert(since=NOON)]))
    await desk.receive(webhook([alert(since=NOON), alert(since=NOON, labels={"job": "b"})], groupKey="{}/new:{}"))

    (incident,) = await desk.all()
    assert len(incident.firing) == 2


async def test_a_bug_puts_one_item_aside_and_holds_up_no_other(desk: OnCall) -> None:
    read = desk.intake._read

    def broken(body: str, told_at: object) -> object:
        if "poison" in body:
            raise ZeroDivisionError
        return read(body, told_at)  # type: ignore[arg-type]

    desk.intake._read = broken  # type: ignore[assignment]
    await desk.receive(webhook([alert("poison", since=NOON)]), webhook([alert(since=NOON)]))
    assert len(await desk.all()) == 1
    await desk.intake.turn()
    await desk.intake.turn()

    async with desk.store.reading() as records:
        assert not await records.inbox.waiting(Source.ALERTMANAGER, 9)


async def test_an_item_that_kills_the_agent_every_time_is_put_aside_in_the_end(desk: OnCall) -> None:
    async with desk.store.transaction() as records:
        await records.inbox.accept(Source.ALERTMANAGER, "x", webhook([alert(since=NOON)]), NOON)
        (item,) = await records.inbox.waiting(Source.ALERTMANAGER, 9)
        for _ in range(10):
            await records.inbox.tried(item.id)
    await desk.intake.turn()

    async with desk.store.reading() as records:
        assert not await records.inbox.waiting(Source.ALERTMANAGER, 9)
    assert await desk.all() == []


async def test_the_message_says_so_when_nobody_is_configured_to_hear_it(caplog: pytest.LogCaptureFixture) -> None:
    desk = OnCall()
    desk.saying.rota = type(desk.rota)()
    await desk.receive(webhook([alert(since=NOON)]))

    assert "incident.unsaid" in caplog.text
    assert (await desk.incident()).is_open


async def test_new_values_alone_change_the_message_once_a_minute(desk: OnCall) -> None:
    for value in ("1 %", "2 %"):
        await desk.receive(webhook([alert(since=NOON, annotations={"summary": value})]))
        await desk.send_all()
    said = len(desk.chat.said)
    assert (await desk.incident()).alerts[0].annotations["summary"] == "2 %"

    desk.clock.advance(60)
    await desk.receive(webhook([alert(since=NOON, annotations={"summary": "3 %"})]))
    await desk.send_all()

    assert said == 1
    assert "3 %" in desk.latest
