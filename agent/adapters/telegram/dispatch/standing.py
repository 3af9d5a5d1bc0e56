"""How the agent is, what it is configured with, and who did what."""

from typing import Final

from agent.adapters.telegram.dispatch.asking import Answer, Ask
from agent.adapters.telegram.dispatch.desk import Desk
from agent.adapters.telegram.render import notes
from agent.adapters.telegram.render import standing as words
from agent.domain.reliability import WINDOW, measure

_AUDITED: Final = 20


async def status(desk: Desk, _ask: Ask) -> Answer:
    """Everything at a glance."""
    findings = await desk.health.glance()
    snapshot = await desk.snapshots.take()
    async with desk.journal.store.reading() as records:
        levers = await records.controls.containment()
    return Answer(words.status(snapshot, findings, levers))


async def reliability(desk: Desk, _ask: Ask) -> Answer:
    """Failure rate and run times."""
    async with desk.journal.store.reading() as records:
        return Answer(words.reliability(measure(await records.runs.newest_finished(WINDOW))))


async def settings(desk: Desk, _ask: Ask) -> Answer:
    """What the agent is configured with."""
    return Answer(notes.configured(desk.configured))


async def audit(desk: Desk, ask: Ask) -> Answer:
    """Who did what."""
    async with desk.journal.store.reading() as records:
        return Answer(notes.audit(await records.audit.listing(ask.numbers.get("count", _AUDITED))))
