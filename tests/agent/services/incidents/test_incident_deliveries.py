"""What became of the messages: when they arrived, and what is done about those that Telegram refuses for good."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.domain.delivery import Unreachable
from agent.domain.incident_history import Entry, Happening
from agent.domain.outbox import Message, MessageState
from agent.domain.rota import EscalationStep, Person, Rota
from agent.ports import Store
from agent.services.journal import Writing
from tests.agent.makers import NOON, make_message
from tests.agent.services.incidents.rehearsal import CHAT, OnCall, alert, webhook

MINUTE = timedelta(minutes=1)
ANNA, BO, CHRIS = Person("anna", 11), Person("bo", 12), Person("chris", 13)
BLOCKED = "Forbidden: bot was blocked by the user"
ROTA = Rota(
    chats=(CHAT,),
    escalation=(
        EscalationStep(5 * MINUTE, people=(BO,)),
        EscalationStep(15 * MINUTE, people=(CHRIS,)),
        EscalationStep(60 * MINUTE, people=(ANNA,)),
    ),
)


@pytest.fixture
def desk(store: Store) -> OnCall:
    return OnCall(store=store, rota=ROTA)


async def fire(desk: OnCall, severity: str = "critical", *names: str) -> None:
    await desk.receive(*(webhook([alert(name, since=NOON, severity=severity)]) for name in names or ("High",)))
    await desk.send_all()


async def escalate(desk: OnCall, minutes: float = 5) -> None:
    desk.clock.advance((NOON + minutes * MINUTE - desk.clock.now()).total_seconds())
    await desk.escalation.escalate_due()
    await desk.send_all()


async def history(desk: OnCall, *whats: Happening, incident_id: str = "K1") -> list[Entry]:
    async with desk.store.reading() as records:
        return [each for each in await records.incidents.history(incident_id) if each.what in whats]


def heard(desk: OnCall, chat: int) -> list[str]:
    return [each.text for each in desk.chat.said if each.chat_id == chat]


async def test_a_message_is_delivered_when_telegram_has_taken_it_and_not_before(desk: OnCall) -> None:
    desk.chat.answers.extend([Unreachable("down")] * 3)
    await desk.receive(webhook([alert(since=NOON)]))
    assert [each.detail for each in await history(desk, Happening.RANG)] == [f"in {CHAT}"]
    assert await history(desk, Happening.DELIVERED) == []

    await desk.send_all()
    (delivered,) = await history(desk, Happening.DELIVERED)
    assert delivered.detail == f"to chat {CHAT}"
    assert delivered.at - NOON >= timedelta(seconds=7)  # three pauses after refusals


async def test_an_edit_of_a_message_is_no_line_of_the_timeline(desk: OnCall) -> None:
    await fire(desk)
    await desk.ack("K1", by=12)
    await desk.send_all()

    assert len(await history(desk, Happening.DELIVERED)) == 1


async def test_whom_telegram_does_not_let_us_reach_is_named_and_the_next_one_is_told_at_once(desk: OnCall) -> None:
    desk.chat.blocked[12] = BLOCKED
    await fire(desk)
    await escalate(desk)

    (lost,) = await history(desk, Happening.UNDELIVERED)
    assert lost.detail == f"to bo: {BLOCKED}"
    assert any("📵 <b>bo</b> could not be reached: " + BLOCKED in text for text in heard(desk, CHAT))
    assert any("Escalated, step 2" in text for text in heard(desk, 13))
    assert heard(desk, 11) == []
    assert [each.detail for each in await history(desk, Happening.ESCALATED)] == ["step 1, to bo", "step 2, to chris"]
    assert (await desk.incident()).level == 2
    await escalate(desk, 15)
    assert (await desk.incident()).level == 2


async def test_that_somebody_cannot_be_reached_is_said_once_a_day(desk: OnCall) -> None:
    desk.chat.blocked[12] = desk.chat.blocked[13] = desk.chat.blocked[11] = BLOCKED
    await fire(desk, "critical", *(f"Alert{number}" for number in range(5)))
    await escalate(desk)
    for minutes in range(60, 300, 10):
        await escalate(desk, minutes)

    said = [each for each in desk.chat.said if "📵" in each.text and not each.telegram_id]
    assert len(said) == 3
    assert {each.chat_id for each in said} == {CHAT}
    assert desk.agency.observer.names.count("incident.unheard") == 0


async def test_a_step_that_reaches_somebody_else_is_not_hurried(desk: OnCall) -> None:
    desk.saying.rota = replace(ROTA, escalation=(EscalationStep(5 * MINUTE, people=(BO, ANNA)), *ROTA.escalation[1:]))
    desk.chat.blocked[12] = BLOCKED
    await fire(desk)
    await escalate(desk)

    assert len(await history(desk, Happening.UNDELIVERED)) == 1
    assert heard(desk, 13) == []
    assert any("📵" in text for text in heard(desk, CHAT))
    assert any("📵" in text for text in heard(desk, 11))


async def test_a_step_that_rings_a_chat_which_has_the_message_already_is_not_hurried(desk: OnCall) -> None:
    first = EscalationStep(5 * MINUTE, people=(BO,), chats=(CHAT,))
    desk.saying.rota = replace(ROTA, escalation=(first, *ROTA.escalation[1:]))
    desk.chat.blocked[12] = BLOCKED
    await fire(desk)
    await escalate(desk)

    assert heard(desk, 13) == []


async def test_many_that_are_told_in_one_message_to_several_are_not_hurried_when_one_of_them_is_lost(
    desk: OnCall,
) -> None:
    desk.saying.rota = replace(ROTA, escalation=(EscalationStep(5 * MINUTE, people=(BO, ANNA)), *ROTA.escalation[1:]))
    desk.chat.blocked[12] = BLOCKED
    await fire(desk, "critical", *(f"A{number}" for number in range(6)))
    await escalate(desk)

    assert heard(desk, 13) == []
    assert {(await desk.incident(f"K{number}")).level for number in range(1, 7)} == {1}


async def test_a_step_of_which_all_are_lost_is_hurried_once(desk: OnCall) -> None:
    desk.saying.rota = replace(ROTA, escalation=(EscalationStep(5 * MINUTE, people=(BO, ANNA)), *ROTA.escalation[1:]))
    desk.chat.blocked[12] = desk.chat.blocked[11] = BLOCKED
    await fire(desk)
    await escalate(desk)

    assert len([text for text in heard(desk, 13) if "Escalated" in text]) == 1
    assert (await desk.incident()).level == 2


async def test_a_base_chat_that_is_lost_is_as_good_as_nobody_there(desk: OnCall) -> None:
    desk.chat.blocked[CHAT] = "Forbidden: bot was kicked from the group chat"
    await fire(desk)

    assert any("Escalated, step 1" in text for text in heard(desk, 12))
    assert any(f"chat {CHAT}</b> could not be reached" in text for text in heard(desk, 12))
    assert (await desk.incident()).level == 1
    assert desk.agency.observer.names.count("incident.unheard") == 0


async def test_when_nobody_at_all_can_be_reached_that_is_an_error_and_counted(desk: OnCall) -> None:
    desk.chat.blocked = dict.fromkeys((CHAT, 11, 12, 13), BLOCKED)
    await fire(desk)

    assert desk.chat.said == []
    assert desk.agency.observer.names.count("incident.unheard") == 1
    assert (await desk.incident()).level == 3
    assert len(await history(desk, Happening.UNDELIVERED)) == 4
    exposition = desk.agency.metrics.exposition().decode()
    assert 'codex_bot_incidents_unheard_total{severity="critical"} 1.0' in exposition


async def test_a_warning_that_is_lost_is_escalated_to_nobody_and_an_error_all_the_same(desk: OnCall) -> None:
    desk.chat.blocked[CHAT] = BLOCKED
    await fire(desk, "warning")

    assert desk.chat.said == []
    assert desk.agency.observer.names.count("incident.unheard") == 1


async def test_what_somebody_has_taken_is_not_hurried(desk: OnCall) -> None:
    desk.chat.blocked[12] = BLOCKED
    await fire(desk)
    desk.clock.advance(300)
    await desk.escalation.escalate_due()
    await desk.ack("K1")
    await desk.send_all()

    assert len(await history(desk, Happening.UNDELIVERED)) == 1
    assert heard(desk, 13) == []


async def test_many_that_are_told_in_one_message_are_hurried_in_one_message(desk: OnCall) -> None:
    desk.chat.blocked[12] = BLOCKED
    await fire(desk, "critical", *(f"A{number}" for number in range(6)))
    await escalate(desk)

    for number in range(1, 7):
        assert len(await history(desk, Happening.UNDELIVERED, incident_id=f"K{number}")) == 1
        assert (await desk.incident(f"K{number}")).level == 2
    (told,) = heard(desk, 13)
    assert "Nobody has taken 6 critical incidents" in told
    (said,) = [text for text in heard(desk, CHAT) if "📵" in text]
    assert all(f"<code>K{number}</code>" in said for number in range(1, 7))
    assert len(await history(desk, Happening.DELIVERED, incident_id="K4")) == 2


async def test_a_change_that_is_lost_is_noted_and_hurries_nobody(desk: OnCall) -> None:
    await fire(desk)
    desk.chat.blocked[CHAT] = BLOCKED
    await desk.receive(webhook([alert(since=NOON, severity="critical", annotations={"summary": "other"}), extra()]))
    await desk.send_all()

    (lost,) = await history(desk, Happening.UNDELIVERED)
    assert lost.detail == f"a change of the message, to chat {CHAT}: {BLOCKED}"
    assert (await desk.incident()).level == 0


def extra() -> dict[str, object]:
    return alert(since=NOON, severity="critical", labels={"job": "b"})


async def test_a_bug_in_one_who_follows_neither_blocks_the_chat_nor_sends_anything_twice(desk: OnCall) -> None:
    class Broken:
        async def settled(self, writing: Writing, message: Message, *, was_edit: bool) -> None:
            await writing.records.controls.keep("half", "done")
            raise ZeroDivisionError

    desk.agency.messages.followed_by(Broken())
    async with desk.journal.writing() as writing:
        first = await desk.agency.messages.say(writing, make_message(text="one"))
        await desk.agency.messages.say(writing, make_message(text="two"))
    await desk.send_all()

    assert desk.chat.texts == ["one", "two"]
    async with desk.store.reading() as records:
        kept = await records.outbox.get(first.id)
        assert kept is not None
        assert kept.state is MessageState.SENT
        assert not await records.controls.value("half")
