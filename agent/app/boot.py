"""What an agent does before it takes anything on: trusts its data, and clears up what earlier lives have left."""

import logging
from functools import partial
from typing import Final

from agent.app.agent import Agent
from agent.app.on_call import OnCall
from agent.domain.audit import AGENT
from agent.domain.events import AgentStarted
from agent.domain.run import OPEN
from agent.errors import StoreCorrupt, StoreError
from agent.services.upkeep import once

_log = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 1.0


async def look(agent: Agent) -> None:
    """Check and remember. Raises `StoreCorrupt` when the data cannot be trusted; nothing is changed."""
    damage = await agent.world.store.check_integrity()
    if damage:
        raise StoreCorrupt(f"{StoreCorrupt.__doc__} SQLite says: {damage}")
    async with agent.world.store.reading() as records:
        agent.memory.learn(await records.runs.in_state(*OPEN))
    await agent.breakers.load()
    agent.journal.tell(AgentStarted(agent.life))


async def find_projects(agent: Agent) -> None:
    """In its first life the agent knows none; what is written to it at once must find them nevertheless."""
    async with agent.world.store.reading() as records:
        known = await records.projects.all()
    if not known:
        await once(partial(agent.projects.scan, AGENT))


async def tidy_up(agent: Agent, duty: OnCall) -> None:
    """Clear up after crashes, and ask again what was being asked; before anything is sent or started.

    On a disk that refuses it is tried again until it can be done; reading works meanwhile.
    """
    while not await tidied(agent, duty):
        await agent.world.clock.sleep(AGAIN_SECONDS)


async def tidied(agent: Agent, duty: OnCall) -> bool:
    """One attempt, which may be repeated; whether everything is cleared up."""
    if agent.is_tidy.is_set():
        return True
    try:
        await agent.messages.recover()
        interrupted = await agent.recovery.take_over()
        asked = await agent.approvals.ask_again()
        await duty.loop.actions.recover()
    except StoreCorrupt:
        raise
    except StoreError as error:
        _log.warning("boot.put_off", extra={"life": agent.life, "reason": str(error)})
        return False
    agent.is_tidy.set()
    _log.info("boot.done", extra={"life": agent.life, "interrupted_runs": len(interrupted), "asked_again": asked})
    return True
