"""What an agent does before it takes anything on: trusts its data, and clears up what earlier lives have left."""

import logging

from agent.app.agent import Agent
from agent.domain.events import AgentStarted
from agent.domain.run import OPEN
from agent.errors import StoreCorrupt

_log = logging.getLogger(__name__)


async def boot(agent: Agent) -> None:
    """In this order: check, remember, tidy up after crashes, and ask again what was being asked.

    Raises `StoreCorrupt` when the data cannot be trusted. On a disk that refuses, what has to be written waits for the
    next start; reading works.
    """
    damage = await agent.world.store.check_integrity()
    if damage:
        raise StoreCorrupt(f"{StoreCorrupt.__doc__} SQLite says: {damage}")
    async with agent.world.store.reading() as records:
        agent.memory.learn(await records.runs.in_state(*OPEN))
    await agent.breakers.load()
    await agent.messages.recover()
    interrupted = await agent.recovery.take_over()
    asked = await agent.approvals.ask_again()
    agent.journal.tell(AgentStarted(agent.life))
    _log.info("boot.done", extra={"life": agent.life, "interrupted_runs": len(interrupted), "asked_again": asked})
