"""Keeps the breakers' states, asks them before work is done, and tells them how it went."""

from agent.domain.breaker import (
    POLICIES,
    BreakerName,
    Closed,
    State,
    admit,
    after_failure,
    after_neither,
    after_success,
    at,
    restored,
)
from agent.domain.conditions import Sign
from agent.domain.events import BreakerChanged, BreakerFailed
from agent.errors import StoreError
from agent.services.journal import Journal


class Breakers:
    """All breakers. What they know is kept in the store; when that refuses, they go on from memory."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._states: dict[BreakerName, State] = {name: Closed() for name in BreakerName}

    async def load(self) -> None:
        """Take up what an earlier life has left."""
        async with self._journal.store.reading() as records:
            kept = await records.breakers.load()
        self._states = {name: restored(state) for name, state in kept.items()}

    def state(self, name: BreakerName) -> State:
        """The state now."""
        return at(self._states[name], POLICIES[name], self._journal.clock.now())

    async def admit(self, name: BreakerName) -> bool:
        """Whether one more may pass. Whoever passes has to `report` how it went."""
        state, admitted = admit(self._states[name], POLICIES[name], self._journal.clock.now())
        await self._become(name, state)
        return admitted

    async def report(self, name: BreakerName, sign: Sign) -> None:
        """How something went that was let through."""
        before = self.state(name)
        match sign:
            case Sign.GOOD:
                state = after_success(before, POLICIES[name])
            case Sign.BAD:
                state = after_failure(before, POLICIES[name], self._journal.clock.now())
                self._journal.tell(BreakerFailed(name))
            case Sign.NONE:
                state = after_neither(before)
        await self._become(name, state)

    async def _become(self, name: BreakerName, state: State) -> None:
        before = self._states[name]
        if state == before:
            return
        self._states[name] = state
        try:
            async with self._journal.writing() as writing:
                await writing.records.breakers.save(name, state)
        except StoreError:
            pass  # a full disk must not keep us from guarding what is left
        if type(state) is not type(before):
            self._journal.tell(BreakerChanged(name, state))
