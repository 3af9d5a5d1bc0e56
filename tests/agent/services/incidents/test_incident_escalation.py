"""After the last step: it is taken again and again while nobody answers, and never twice for the same moment."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.domain.rota import EscalationStep, Person, Rota
from agent.ports import Store
from tests.agent.makers import NOON
from tests.agent.services.incidents.rehearsal import CHAT, OnCall, alert, webhook

MINUTE = timedelta(minutes=1)
BO, CHRIS = Person("bo", 12), Person("chris", 13)
ROTA = Rota(
    chats=(CHAT,), escalation=(EscalationStep(5 * MINUTE, people=(BO,)), EscalationStep(15 * MINUTE, people=(CHRIS,)))
)


@pytest.fixture
def desk(store: Store) -> OnCall:
    return OnCall(store=store, rota=ROTA)


async def until(desk: OnCall, minutes: float) -> None:
    """Look every minute, as the agent does more often than that."""
    while desk.clock.now() < NOON + minutes * MINUTE:
        desk.clock.advance(60)
        await desk.escalation.escalate_due()
        await desk.send_all()


def rung(desk: OnCall, chat: int) -> int:
    return sum(each.chat_id == chat and not each.silent and not each.telegram_id for each in desk.chat.said)


async def fire(desk: OnCall) -> None:
    await desk.receive(webhook([alert(since=NOON, severity="critical")]))
    await desk.send_all()


async def test_the_last_step_is_taken_again_every_half_hour_until_somebody_has_it(desk: OnCall) -> None:
    await fire(desk)
    await until(desk, 44)
    assert (rung(desk, 12), rung(desk, 13)) == (1, 1)
    await until(desk, 47)
    assert (rung(desk, 12), rung(desk, 13)) == (1, 2)
    await until(desk, 110)
    assert rung(desk, 13) == 4
    assert "Escalated, step 5" in desk.rings[-1]
    assert rung(desk, CHAT) == 1

    await desk.ack("K1")
    await until(desk, 200)
    assert rung(desk, 13) == 4


async def test_a_rota_that_says_never_repeats_nothing(desk: OnCall) -> None:
    desk.saying.rota = replace(ROTA, repeat=None)
    await fire(desk)
    await until(desk, 300)

    assert (rung(desk, 12), rung(desk, 13)) == (1, 1)


async def test_repetitions_that_fell_due_while_the_agent_was_down_are_one(desk: OnCall) -> None:
    await fire(desk)
    desk.clock.advance(5 * 3600)
    reborn = OnCall(store=desk.store, clock=desk.clock, rota=ROTA)
    assert await reborn.escalation.escalate_due() == 1
    assert await reborn.escalation.escalate_due() == 0
    await reborn.send_all()

    assert (rung(reborn, 12), rung(reborn, 13)) == (1, 1)


async def test_without_any_step_nothing_is_repeated(desk: OnCall) -> None:
    desk.saying.rota = replace(ROTA, escalation=())
    await fire(desk)
    await until(desk, 120)

    assert len(desk.chat.said) == 1


async def test_after_a_silence_the_escalation_counts_from_its_end(desk: OnCall) -> None:
    await desk.receive(webhook([alert(since=NOON, severity="critical")]))
    await desk.silence("K1", hours=4)
    desk.clock.advance(4 * 3600 + 60)

    assert await desk.escalation.escalate_due() == 0
