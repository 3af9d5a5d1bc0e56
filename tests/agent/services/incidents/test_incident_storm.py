"""A thousand alerts at once: few messages, in order, and every alert accounted for."""

import re
from datetime import timedelta

from agent.domain.delivery import Paced
from agent.domain.incident import Presence
from agent.domain.outbox import Kind
from tests.agent.makers import NOON, make_message
from tests.agent.services.incidents.rehearsal import CHAT, OnCall, alert, webhook

GROUPS, EACH = 50, 20


def storm(groups: int = GROUPS, each: int = EACH) -> list[str]:
    return [
        webhook([alert(f"Alert{number}", since=NOON, labels={"job": f"j{place}"}) for place in range(each)])
        for number in range(groups)
    ]


async def calm_down(desk: OnCall) -> None:
    desk.clock.advance(61)
    await desk.storms.calm()
    await desk.send_all()


async def test_a_thousand_alerts_in_fifty_groups_are_at_most_sixty_messages_and_all_accounted_for(desk: OnCall) -> None:
    desk.chat.answers.extend([Paced(7)] * 3)
    async with desk.journal.writing() as writing:
        for number in range(5):
            progress = make_message(chat_id=CHAT, kind=Kind.PROGRESS, text=f"p{number}", key=f"run:{number}")
            await desk.agency.messages.say(writing, progress)
    await desk.receive(*storm())
    await desk.send_all()
    await calm_down(desk)

    taken = desk.chat.said[3:]  # the first three were answered with 429
    about = [message for message in taken if message.kind is Kind.ALERT]
    assert len(about) <= 60
    assert len(desk.rings) - 3 <= 12 + 5  # ten groups, the storm, and the five lines of progress
    assert [message.kind for message in taken[:11]] == [Kind.ALERT] * 11
    assert sum(len(each.firing) for each in await desk.all()) == GROUPS * EACH
    for incident in await desk.all():
        assert incident.presence is Presence.SHOWN
        (text,) = [
            message.text
            for message in about
            if f"<code>{incident.id}</code>" in message.text and "🌩" not in message.text
        ]
        assert f"{EACH} alerts firing" in text


async def test_the_storm_message_counts_what_it_cannot_list(desk: OnCall) -> None:
    await desk.receive(*storm(groups=300, each=2))
    await desk.send_all()

    text = [message.text for message in desk.chat.said if "🌩" in message.text][-1]
    shown = len(re.findall(r"<code>K\d+</code>", text))
    missing = int(re.findall(r"and (\d+) more", text)[0])
    assert "290 more groups with 580 alerts firing" in text
    assert shown + missing == 290


async def test_after_a_calm_minute_every_gathered_group_that_fires_has_its_message_and_no_phone_rings(
    desk: OnCall,
) -> None:
    await desk.receive(*storm(groups=12, each=1))
    await desk.send_all()
    rings = len(desk.rings)
    ended = webhook([alert("Alert11", since=NOON, until=NOON + timedelta(minutes=1), labels={"job": "j0"})])
    await desk.receive(ended)
    await calm_down(desk)

    assert len(desk.rings) == rings
    assert {each.presence for each in await desk.all()} == {Presence.SHOWN, Presence.LOGGED}
    assert "Storm</b> is over" in [message.text for message in desk.chat.said if "🌩" in message.text][-1]


async def test_a_group_gathered_in_a_storm_gets_its_own_message_when_somebody_asks(desk: OnCall) -> None:
    await desk.receive(*storm(groups=12, each=1))
    async with desk.journal.writing() as writing:
        assert await desk.storms.unfold(writing) == 2

    assert {each.presence for each in await desk.all()} == {Presence.SHOWN}


async def test_a_storm_goes_on_over_a_restart(desk: OnCall) -> None:
    bodies = storm(groups=14, each=1)
    await desk.receive(*bodies[:12])
    await desk.send_all()
    reborn = OnCall(store=desk.store, clock=desk.clock)
    reborn.agency.ids._count = 100
    await reborn.receive(*bodies[12:])
    await reborn.send_all()

    assert not reborn.rings
    assert "4 more groups" in reborn.latest


async def test_the_first_critical_group_in_a_storm_rings(desk: OnCall) -> None:
    await desk.receive(*storm(groups=12, each=1))
    await desk.send_all()
    rings = len(desk.rings)
    await desk.receive(webhook([alert("Worse", since=NOON, severity="critical")]))
    await desk.send_all()

    assert len(desk.rings) == rings + 1
    assert "🌩" in desk.rings[-1]


async def test_after_the_storm_the_next_group_rings_as_usual(desk: OnCall) -> None:
    await desk.receive(*storm(groups=12, each=1))
    await calm_down(desk)
    await desk.receive(webhook([alert("Later", since=NOON)]))
    await desk.send_all()

    assert "Later" in desk.rings[-1]


def information(*numbers: int) -> list[str]:
    return [webhook([alert(f"Info{number}", since=NOON, severity="info")]) for number in numbers]


async def test_information_beyond_the_limit_is_gathered_without_a_sound_and_shown_when_it_is_calm(
    desk: OnCall,
) -> None:
    await desk.receive(*information(*range(40)))
    await desk.send_all()
    said = {message.text for message in desk.chat.said}
    assert desk.rings == []
    assert len(said) == 11
    assert "30 more groups with 30 alerts firing" in desk.latest

    await calm_down(desk)
    assert desk.rings == []
    assert {each.presence for each in await desk.all()} == {Presence.SHOWN}


async def test_information_as_usual_is_not_gathered(desk: OnCall) -> None:
    for number in range(15):
        await desk.receive(*information(number))
        desk.clock.advance(6)
    await desk.send_all()

    assert {each.presence for each in await desk.all()} == {Presence.SHOWN}


async def test_a_flood_of_information_hides_nothing_that_rings(desk: OnCall) -> None:
    await desk.receive(*information(*range(40)))
    await desk.receive(webhook([alert("Worse", since=NOON, severity="critical")]))
    await desk.send_all()

    (ring,) = desk.rings
    assert "Worse" in ring
    assert "🌩" not in ring


async def test_information_in_a_storm_is_a_line_of_it_and_makes_it_no_longer(desk: OnCall) -> None:
    await desk.receive(*storm(groups=12, each=1))
    await desk.send_all()
    rings = len(desk.rings)
    desk.clock.advance(30)
    await desk.receive(*information(0))
    await desk.send_all()
    assert "Info0" in desk.latest
    assert "🌩" in desk.latest
    desk.clock.advance(30)
    await desk.storms.calm()
    await desk.send_all()

    assert len(desk.rings) == rings
    assert {each.presence for each in await desk.all()} == {Presence.SHOWN}


async def test_a_storm_of_warnings_over_gathered_information_rings(desk: OnCall) -> None:
    await desk.receive(*information(*range(20)), *storm(groups=12, each=1))
    await desk.send_all()

    assert len(desk.rings) == 11
    assert "🌩" in desk.rings[-1]
    assert "12 more groups" in desk.rings[-1]
