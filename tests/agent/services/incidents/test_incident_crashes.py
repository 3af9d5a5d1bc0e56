"""Killed at every commit: nothing is lost, nothing is opened twice, and no phone rings twice for the same thing."""

from pathlib import Path

import pytest

from agent.adapters.sqlite import SqliteStore
from agent.domain.inbox import Source
from tests.agent.adapters.telegram.dispatch.office import Killed, MortalStore
from tests.agent.makers import NOON
from tests.agent.services.incidents.rehearsal import OnCall, alert, webhook

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
