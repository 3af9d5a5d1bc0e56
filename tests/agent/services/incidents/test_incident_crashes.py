"""Killed at every commit: nothing is lost, nothing is opened twice, and no phone rings twice for the same thing."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.adapters.sqlite import SqliteStore
from agent.domain.inbox import Source
from agent.domain.incident_history import Happening
from agent.domain.rota import EscalationStep, Person, Rota
from tests.agent.adapters.telegram.dispatch.office import Killed, MortalStore
from tests.agent.makers import NOON
from tests.agent.services.incidents.rehearsal import CHAT, OnCall, alert, webhook

BODIES = [webhook([alert(f"A{number}", since=NOON, labels={"job": job}) for job in "ab"]) for number in range(4)]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("dies_at", range(1, 13))
async def test_an_intake_that_is_killed_at_any_commit_is_finished_by_the_next_life(
    tmp_path: Path, dies_at: int, *, after: bool
) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        mortal = OnCall(store=MortalStore(store, dies_at, after=after))
        died = False
        try:
            await mortal.receive(*BODIES)
        except Killed:
            died = True
        async with store.reading() as records:
            waiting = await records.inbox.waiting(Source.ALERTMANAGER, 9)
            incidents = await records.incidents.listing(9)
        done = mortal._arrivals - len(waiting) - (died and not after and dies_at == mortal._arrivals)
        assert len(incidents) == done  # what a webhook causes and its end are one commit
        reborn = OnCall(store=store, clock=mortal.clock)
        reborn.agency.ids._count = 100
        kept = mortal._arrivals if after or not died or dies_at > mortal._arrivals else mortal._arrivals - 1
        while await reborn.intake.turn() == 0:
            pass
        await reborn.agency.messages.recover()
        await reborn.send_all()

        incidents = await reborn.all()
        async with store.reading() as records:
            assert not await records.inbox.waiting(Source.ALERTMANAGER, 9)
        assert sorted(each.name for each in incidents) == [f"A{number}" for number in range(kept)]
        assert all(len(each.firing) == 2 for each in incidents)
        assert len(reborn.rings) == kept


BO, CHRIS = Person("bo", 12), Person("chris", 13)
ROTA = Rota(
    chats=(CHAT,),
    escalation=(
        EscalationStep(timedelta(minutes=5), people=(BO,)),
        EscalationStep(timedelta(hours=9), people=(CHRIS,)),
    ),
)


async def escalates_past_bo(desk: OnCall) -> None:
    desk.chat.blocked[12] = "Forbidden: bot was blocked by the user"
    while await desk.intake.turn() == 0:
        pass
    await desk.agency.messages.recover()
    await desk.send_all()
    desk.clock.advance(300)
    await desk.escalation.escalate_due()
    await desk.send_all()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("dies_at", range(2, 18))
async def test_an_escalation_past_somebody_out_of_reach_that_is_killed_at_any_commit_is_finished_by_the_next_life(
    tmp_path: Path, dies_at: int, *, after: bool
) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        mortal = OnCall(store=MortalStore(store, dies_at, after=after), rota=ROTA)
        try:
            await mortal.receive(webhook([alert(since=NOON, severity="critical")]))
            await escalates_past_bo(mortal)
        except Killed:
            pass
        reborn = OnCall(store=store, clock=mortal.clock, rota=ROTA)
        reborn.agency.ids._count = 100
        await escalates_past_bo(reborn)

        incident = await reborn.incident()
        async with store.reading() as records:
            whats = [each.what for each in await records.incidents.history(incident.id)]
        told = [*mortal.chat.said, *reborn.chat.said]
        assert incident.level == 2
        assert whats.count(Happening.UNDELIVERED) == 1
        assert whats.count(Happening.DELIVERED) == 2
        assert {each.chat_id for each in told if "Escalated, step 2" in each.text} == {CHAT, 13}
        assert any("📵" in each.text for each in told if each.chat_id == CHAT)
