# ruff: noqa: ANN401, DTZ001 - a test changes any field; a rota is in local times
"""Who has an incident: acknowledgements that lapse, silences here and elsewhere, and escalation when nobody answers."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent.domain.incident import Presence
from agent.domain.incident_silence import Matcher, Silence
from agent.domain.rota import EscalationStep, Person, QuietHours, Rota, Rotation
from agent.errors import Conflict, MonitoringError, NotFound
from agent.ports import Store
from agent.sandbox.html_mode import parse_html
from tests.agent.makers import NOON
from tests.agent.services.incidents.rehearsal import CHAT, OnCall, alert, webhook

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ANNA, BO = Person("anna", 11), Person("bo", 12)
ROTA = Rota(
    chats=(CHAT,),
    rotations=(
        Rotation("primary", (ANNA, BO), timedelta(days=7), datetime(2026, 2, 23, 9)),
        Rotation("second", (BO,), timedelta(days=7), datetime(2026, 2, 23, 9)),
    ),
    escalation=(
        EscalationStep(5 * MINUTE, rotations=("primary",)),
        EscalationStep(15 * MINUTE, rotations=("second",), chats=(-200,)),
    ),
)


@pytest.fixture
def desk(store: Store) -> OnCall:
    return OnCall(store=store, rota=ROTA)


async def fire(desk: OnCall, severity: str = "critical", **more: Any) -> None:
    await desk.receive(webhook([alert(since=desk.clock.now(), severity=severity)], **more))
    await desk.send_all()


async def test_an_ack_has_an_owner_and_an_age_and_is_shown_in_place(desk: OnCall) -> None:
    await fire(desk)
    await desk.ack("k1", by=11)
    await desk.send_all()

    assert "👤 anna has it since 01 Mar 12:" in desk.latest
    assert desk.chat.said[-1].telegram_id == 1001
    assert "Take over" in {button.label for row in desk.chat.said[-1].buttons for button in row}
    assert desk.agency.observer.names.count("incident.acknowledged") == 1


async def test_taking_over_is_an_ack_of_its_own_and_renewing_is_not(desk: OnCall) -> None:
    await fire(desk)
    await desk.ack("K1", by=11)
    await desk.ack("K1", by=11)
    await desk.ack("K1", by=12, take_over=True)

    assert desk.agency.observer.names.count("incident.acknowledged") == 2
    async with desk.store.reading() as records:
        assert (await records.incidents.history("K1"))[-1].detail == "taken over from anna"


async def test_what_somebody_else_has_is_not_taken_without_a_word(desk: OnCall) -> None:
    await fire(desk)
    mine = await desk.ack("K1", by=11)
    with pytest.raises(Conflict, match=r"anna has incident K1 since 01 Mar 12:\d\d UTC. Take over\?"):
        await desk.ack("K1", by=12)

    assert await desk.incident() == mine
    assert desk.agency.observer.names.count("incident.acknowledged") == 1


async def test_who_loses_it_is_told_by_name_without_a_sound(desk: OnCall) -> None:
    await fire(desk)
    await desk.ack("K1", by=11)
    await desk.ack("K1", by=12, take_over=True)
    await desk.send_all()

    (told,) = [each for each in desk.chat.said if "over from" in each.text]
    assert (told.chat_id, told.silent) == (CHAT, True)
    assert told.text.startswith("👤 bo has taken incident <code>K1</code> High over from")
    assert parse_html(told.text).text.endswith("over from anna.")
    assert 'href="tg://user?id=11"' in told.text
    assert "👤 bo has it since" in "".join(each.text for each in desk.chat.said if each.telegram_id)


async def test_nobody_is_told_of_taking_what_nobody_has_or_one_has_oneself(desk: OnCall) -> None:
    await fire(desk)
    await desk.ack("K1", by=11, take_over=True)
    await desk.ack("K1", by=11, take_over=True)
    await desk.send_all()

    assert not [each for each in desk.chat.said if "over from" in each.text]


async def test_what_is_unknown_or_over_cannot_be_taken(desk: OnCall) -> None:
    with pytest.raises(NotFound, match="There is no incident K9"):
        await desk.ack("K9")
    await fire(desk)
    await desk.receive(webhook([alert(since=NOON, until=NOON + MINUTE, severity="critical")]))
    with pytest.raises(Conflict, match="resolved"):
        await desk.ack("K1")


async def test_an_ack_lapses_while_it_still_fires_and_rings(desk: OnCall) -> None:
    await fire(desk)
    await desk.ack("K1")
    desk.clock.advance(3599)
    assert await desk.acks.lapse_due() == 0
    desk.clock.advance(1)
    assert await desk.acks.lapse_due() == 1
    await desk.send_all()

    assert (await desk.incident()).acked_by is None
    assert len(desk.rings) == 2


async def test_the_ack_of_a_warning_holds_longer(desk: OnCall) -> None:
    await fire(desk, "warning")
    await desk.ack("K1")
    desk.clock.advance(7 * 3600)
    assert await desk.acks.lapse_due() == 0
    desk.clock.advance(3600)
    assert await desk.acks.lapse_due() == 1


async def test_an_ack_does_not_lapse_while_it_is_silenced(desk: OnCall) -> None:
    await fire(desk)
    await desk.ack("K1")
    await desk.silence("K1", hours=4)
    desk.clock.advance(2 * 3600)
    assert await desk.acks.lapse_due() == 0


async def test_nobody_answers_and_the_next_ones_are_told_step_by_step(desk: OnCall) -> None:
    await fire(desk)
    desk.clock.advance(299)
    assert await desk.escalation.escalate_due() == 0
    desk.clock.advance(1)
    assert await desk.escalation.escalate_due() == 1
    assert await desk.escalation.escalate_due() == 0
    await desk.send_all()
    rung = [each for each in desk.chat.said if not each.silent and not each.telegram_id][-1]
    assert rung.chat_id == 11
    assert "Escalated, step 1" in rung.text

    desk.clock.advance(600)
    await desk.escalation.escalate_due()
    await desk.send_all()

    told = {message.chat_id for message in desk.chat.said if not message.silent and not message.telegram_id}
    assert told == {CHAT, 11, 12, -200}
    await desk.ack("K1", by=12)
    await desk.send_all()
    assert {message.chat_id for message in desk.chat.said if "bo has it" in message.text} == {CHAT, 11, 12, -200}


async def test_escalation_goes_on_after_a_restart_and_tells_nobody_twice(desk: OnCall) -> None:
    await fire(desk)
    desk.clock.advance(300)
    await desk.escalation.escalate_due()
    await desk.send_all()
    reborn = OnCall(store=desk.store, clock=desk.clock, rota=ROTA)
    assert await reborn.escalation.escalate_due() == 0
    reborn.clock.advance(600)
    assert await reborn.escalation.escalate_due() == 1


async def test_steps_that_fell_due_while_the_agent_was_down_are_taken_together(desk: OnCall) -> None:
    await fire(desk)
    desk.clock.advance(1800)
    await OnCall(store=desk.store, clock=desk.clock, rota=ROTA).escalation.escalate_due()

    assert (await desk.incident()).level == 2


@pytest.mark.parametrize("severity", ["critical", "warning"])
async def test_what_somebody_has_or_is_no_page_is_not_escalated(desk: OnCall, severity: str) -> None:
    await fire(desk, severity)
    if severity == "critical":
        await desk.ack("K1")
    desk.clock.advance(7200)

    assert await desk.escalation.escalate_due() == 0


async def test_many_at_once_are_escalated_in_one_message(desk: OnCall) -> None:
    await desk.receive(*(webhook([alert(f"A{n}", since=NOON, severity="critical")]) for n in range(6)))
    await desk.send_all()
    desk.clock.advance(400)
    assert await desk.escalation.escalate_due() == 6
    await desk.send_all()

    (message,) = [message for message in desk.chat.said if message.chat_id == 11]
    assert "Nobody has taken 6 critical incidents" in message.text


async def test_warnings_wait_for_the_end_of_the_quiet_hours_and_critical_ones_never(tmp_path: Path) -> None:
    night = replace(ROTA, zone=ZoneInfo("Europe/Berlin"), quiet=QuietHours(time(12), time(14)))
    desk = OnCall(rota=night)  # it is 13:00 in Berlin
    await fire(desk, "warning")
    assert desk.chat.said == []
    await fire(desk, "critical", groupKey="{}/critical:{}", receiver="other")
    assert len(desk.rings) == 1

    assert await desk.announcing.release() == 0
    desk.clock.advance(3600)
    assert await desk.announcing.release() == 1
    await desk.send_all()
    assert "warning" in desk.rings[-1]


async def test_what_has_ended_in_the_quiet_hours_is_said_to_nobody(tmp_path: Path) -> None:
    desk = OnCall(rota=replace(ROTA, quiet=QuietHours(time(11), time(14))))
    await fire(desk, "warning")
    await desk.receive(webhook([alert(since=NOON, until=NOON + MINUTE)]))
    await desk.announcing.release()
    await desk.send_all()

    assert desk.chat.said == []
    assert (await desk.incident()).presence is Presence.LOGGED


async def test_a_silence_covers_the_group_and_nothing_more_and_names_its_incident(desk: OnCall) -> None:
    await fire(desk)
    incident = await desk.silence("K1", hours=4)
    await desk.send_all()

    (silence,) = desk.silencer.silences.values()
    assert silence.matchers == (Matcher("alertname", "High"), Matcher("severity", "critical"), Matcher("system", "bot"))
    assert silence.comment.startswith("tocsin incident K1:")
    assert silence.by == "anna"
    assert incident.silence_id == silence.id
    assert "🔕 Silenced by anna until 01 Mar 16:" in desk.latest
    assert [button.label for button in desk.chat.said[-1].buttons[1]] == ["Undo the silence"]


async def test_silencing_twice_prolongs_the_one_silence_there_is(desk: OnCall) -> None:
    await fire(desk)
    await desk.silence("K1", hours=1)
    await desk.silence("K1", hours=24)

    (silence,) = desk.silencer.silences.values()
    assert silence.ends_at - desk.clock.now() == timedelta(hours=24)


async def test_undo_ends_the_silence(desk: OnCall) -> None:
    await fire(desk)
    await desk.silence("K1")
    ended = await desk.silences.take_back("K1", by=7)
    async with desk.journal.writing() as writing:
        await desk.silences.keep_ended(writing, ended)
    await desk.send_all()

    assert desk.silencer.silences == {}
    assert "🔕" not in desk.latest
    with pytest.raises(Conflict, match="not silenced"):
        await desk.silences.take_back("K1", by=7)


async def test_an_alertmanager_that_is_away_is_said_and_nothing_has_changed(desk: OnCall) -> None:
    await fire(desk)
    before = await desk.incident()
    desk.silencer.down = "Alertmanager did not answer within 5 s."
    with pytest.raises(MonitoringError, match="did not answer"):
        await desk.silence("K1")
    await desk.mirror.turn()

    assert await desk.incident() == before


async def test_a_silence_with_no_matcher_is_refused_before_anybody_is_asked(desk: OnCall) -> None:
    await fire(desk, labels={})
    with pytest.raises(Conflict, match="without a matcher"):
        await desk.silence("K1")
    assert desk.silencer.silences == {}


async def test_a_silence_made_elsewhere_is_shown_and_stops_escalation(desk: OnCall) -> None:
    await fire(desk)
    desk.silencer.active = {(await desk.incident()).firing[0].fingerprint}
    desk.silencer.silences["x"] = Silence(
        matchers=(Matcher("alertname", "Hi.*", is_regex=True), Matcher("system", "web", is_equal=False)),
        starts_at=NOON,
        ends_at=NOON + HOUR,
        by="carol",
        comment="deploy",
        id="x",
    )
    assert await desk.mirror.turn() == 1
    assert await desk.mirror.turn() == 0
    await desk.send_all()

    assert "🔕 Silenced by carol until 01 Mar 13:00 UTC" in desk.latest
    desk.clock.advance(1200)
    assert await desk.escalation.escalate_due() == 0


async def test_a_silence_that_ends_while_it_still_fires_rings(desk: OnCall) -> None:
    await fire(desk)
    desk.silencer.active = {(await desk.incident()).firing[0].fingerprint}
    await desk.silence("K1")
    await desk.send_all()
    desk.silencer.silences.clear()
    assert await desk.mirror.turn() == 1
    await desk.send_all()

    assert len(desk.rings) == 2
    assert not (await desk.incident()).is_silenced(desk.clock.now())


async def test_an_alert_that_alertmanager_says_fires_for_ten_minutes_fires(desk: OnCall) -> None:
    await fire(desk)
    await desk.receive(webhook([alert(since=NOON, until=NOON + MINUTE, severity="critical")]))
    desk.silencer.active = {(await desk.incident()).alerts[0].fingerprint}
    await desk.mirror.turn()
    desk.clock.advance(600)
    await desk.mirror.turn()
    await desk.send_all()

    assert (await desk.incident()).is_open
    assert len(desk.rings) == 2
