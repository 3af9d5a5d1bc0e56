"""Held and gathered means that no phone rings; whatever message there is goes on telling the truth."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from agent.domain.incident import Presence
from agent.domain.outbox import Message
from agent.domain.rota import EscalationStep, Person, QuietHours, Rota
from agent.ports import Store
from tests.agent.makers import NOON
from tests.agent.services.incidents.rehearsal import CHAT, OnCall, alert, webhook

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BO = Person("bo", 12)
NIGHT = Rota(chats=(CHAT,), quiet=QuietHours(time(12, 30), time(15)))
GROUPS = 3


@pytest.fixture
def night(store: Store) -> OnCall:
    return OnCall(store=store, rota=NIGHT)


def group(name: str, *jobs: tuple[str, str], over: bool = False) -> str:
    """One alert per job and severity."""
    until = NOON + MINUTE if over else None
    return webhook([alert(name, since=NOON, until=until, severity=each, labels={"job": job}) for job, each in jobs])


def standing(desk: OnCall, name: str) -> Message:
    """The newest words of the newest message about a group that is no pointer to another."""
    return [each for each in desk.chat.said if f"<b>{name}</b>" in each.text and "🌩" not in each.text][-1]


def labels(message: Message) -> set[str]:
    return {button.label for row in message.buttons for button in row}


async def a_storm_that_takes_a_shown_warning() -> OnCall:
    desk = OnCall(groups=GROUPS)
    await desk.receive(group("Disk", ("a", "warning")))
    await desk.receive(*(group(f"Other{number}", ("a", "critical")) for number in range(GROUPS + 1)))
    await desk.send_all()
    await desk.receive(group("Disk", ("a", "warning"), ("b", "critical")))
    await desk.send_all()
    return desk


async def test_what_gets_worse_in_a_storm_says_so_in_the_message_that_it_has() -> None:
    desk = await a_storm_that_takes_a_shown_warning()

    assert (await desk.incident("K1")).presence is Presence.FOLDED
    assert "SEV-1 critical" in standing(desk, "Disk").text


async def test_what_resolves_in_a_storm_is_resolved_in_the_message_that_it_has_and_its_buttons_are_gone() -> None:
    desk = await a_storm_that_takes_a_shown_warning()
    await desk.receive(group("Disk", ("a", "warning"), ("b", "critical"), over=True))
    await desk.send_all()
    assert "Resolved" in standing(desk, "Disk").text
    assert "Ack" not in labels(standing(desk, "Disk"))

    desk.clock.advance(61)
    await desk.storms.calm()
    desk.clock.advance(3600)
    await desk.receive(group("Other3", ("a", "critical"), over=True))
    await desk.send_all()
    assert (await desk.incident("K1")).presence is Presence.SHOWN


async def test_what_was_gathered_and_had_a_message_before_is_said_to_be_over() -> None:
    desk = await a_storm_that_takes_a_shown_warning()
    over = [group(f"Other{number}", ("a", "critical"), over=True) for number in range(GROUPS + 1)]
    await desk.receive(group("Disk", ("a", "warning"), ("b", "critical"), over=True), *over)
    desk.clock.advance(61)
    await desk.storms.calm()
    desk.clock.advance(3600)
    await desk.exits.turn()
    await desk.send_all()

    assert "<code>K1</code>" in next(each.text for each in desk.chat.said if "🏁" in each.text)
    assert "Exit criteria met" in standing(desk, "Disk").text


async def test_an_escalation_in_a_storm_leaves_a_group_among_those_that_get_their_own_message_afterwards() -> None:
    rota = Rota(chats=(CHAT,), escalation=(EscalationStep(timedelta(seconds=20), people=(BO,)),))
    desk = OnCall(groups=2, rota=rota)
    await desk.receive(*(group(f"A{number}", ("a", "critical")) for number in range(3)))
    desk.clock.advance(20)
    assert await desk.escalation.escalate_due() == 3
    desk.clock.advance(61)
    await desk.storms.calm()
    await desk.send_all()

    shown = {each.chat_id for each in desk.chat.said if "<b>A2</b>" in each.text}
    assert shown == {12, CHAT}


async def test_an_ack_that_lapses_in_the_quiet_hours_is_taken_out_of_the_message_and_so_is_the_end(
    night: OnCall,
) -> None:
    await night.receive(group("Disk", ("a", "warning")))
    await night.ack("K1", name="anna")
    night.clock.advance(8 * 3600)
    night.saying.rota = replace(NIGHT, quiet=QuietHours(time(18), time(22)))
    assert await night.acks.lapse_due() == 1
    await night.send_all()
    assert (await night.incident()).presence is Presence.HELD
    assert "anna has it" not in standing(night, "Disk").text
    assert len(night.rings) == 1

    await night.receive(group("Disk", ("a", "warning"), over=True))
    await night.announcing.release()
    await night.send_all()
    assert "Resolved" in standing(night, "Disk").text
    assert (await night.incident()).presence is Presence.SHOWN
    assert len(night.rings) == 1


async def test_what_fires_again_in_the_quiet_hours_says_so_at_once_and_rings_when_they_end(night: OnCall) -> None:
    await night.receive(group("Disk", ("a", "warning")))
    await night.receive(group("Disk", ("a", "warning"), over=True))
    await night.send_all()
    night.clock.advance(3600)
    await night.receive(webhook([alert("Disk", since=NOON + HOUR, labels={"job": "a"})]))
    await night.send_all()
    assert "Resolved" not in standing(night, "Disk").text
    assert "Ack" in labels(standing(night, "Disk"))
    assert len(night.rings) == 1

    night.clock.advance(2 * 3600)
    await night.announcing.release()
    await night.send_all()
    assert len(night.rings) == 2


async def test_a_held_warning_that_somebody_has_taken_is_shown_in_the_morning_and_rings_nobody(night: OnCall) -> None:
    night.clock.advance(3600)
    await night.receive(group("Disk", ("a", "warning")))
    await night.ack("K1", name="anna")
    night.clock.advance(2 * 3600)
    assert await night.announcing.release() == 1
    await night.send_all()

    assert night.rings == []
    assert "anna has it" in night.latest
    assert (await night.incident()).presence is Presence.SHOWN


async def test_a_held_warning_that_somebody_has_silenced_rings_nobody_in_the_morning(night: OnCall) -> None:
    night.clock.advance(3600)
    await night.receive(group("Disk", ("a", "warning")))
    await night.silence("K1", hours=8)
    night.clock.advance(2 * 3600)
    await night.announcing.release()
    await night.send_all()

    assert night.rings == []
    assert "Silenced by anna" in night.latest


async def test_a_held_warning_that_is_mere_information_by_the_morning_is_held_no_more(night: OnCall) -> None:
    await night.receive(group("Disk", ("a", "info")))
    await night.send_all()
    night.clock.advance(3600)
    await night.receive(group("Disk", ("a", "info"), ("b", "warning")))
    gone = alert("Disk", since=NOON, until=NOON + HOUR, labels={"job": "b"})
    await night.receive(webhook([alert("Disk", since=NOON, severity="info", labels={"job": "a"}), gone]))
    night.clock.advance(2 * 3600)
    await night.announcing.release()
    await night.send_all()

    assert night.rings == []
    assert (await night.incident()).presence is Presence.SHOWN
