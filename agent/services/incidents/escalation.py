"""Escalation: a critical incident that nobody takes is brought to the next ones, step by step, across restarts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from agent.domain.incident import Incident
from agent.domain.incident_escalation import Rise, due
from agent.domain.incident_history import Entry, Happening
from agent.domain.rota import Rota
from agent.ports import IncidentPresenter
from agent.services.incidents.saying import Saying
from agent.services.journal import Journal, Writing

FEW: Final = 3
"""So many are posted one by one; more of them are told in one message."""


class Escalation:
    """What is due follows from when an incident was left alone and how many steps were taken; the store has both."""

    def __init__(self, journal: Journal, saying: Saying, presenter: IncidentPresenter) -> None:
        self._journal = journal
        self._saying = saying
        self._presenter = presenter

    async def escalate_due(self) -> int:
        """Take the steps that are due; answers how many incidents were escalated."""
        rota, now = self._saying.rota, self._journal.clock.now()
        async with self._journal.store.reading() as records:
            if not any(due(each, rota, now) for each in await records.incidents.open()):
                return 0
        async with self._journal.writing() as writing:
            found = [(each, due(each, rota, writing.now)) for each in await writing.records.incidents.open()]
            return await self._take(writing, found)

    async def _take(self, writing: Writing, found: Iterable[tuple[Incident, Rise | None]]) -> int:
        told: dict[int, list[Incident]] = defaultdict(list)
        rising = [(incident, rise) for incident, rise in found if rise is not None]
        for incident, rise in rising:
            for chat, risen in await self._rise(writing, incident, rise):
                told[chat].append(risen)
        for chat, incidents in told.items():
            await self._tell(writing, chat, incidents)
        return len(rising)

    async def _rise(self, writing: Writing, incident: Incident, rise: Rise) -> list[tuple[int, Incident]]:
        rota = self._saying.rota
        chats = tuple(dict.fromkeys(chat for step in rise.steps for chat in rota.told_by(step, writing.now)))
        risen = replace(incident, level=rise.level, updated_at=writing.now)
        names = ", ".join(rota.name_of(chat) or str(chat) for chat in chats) or "nobody: no chat is configured"
        entry = Entry(incident.id, writing.now, Happening.ESCALATED, f"step {_number(risen.level, rota)}, to {names}")
        await writing.records.incidents.note(entry)
        await self._saying.refresh(writing, risen)
        return [(chat, risen) for chat in chats]

    async def _tell(self, writing: Writing, chat: int, incidents: Sequence[Incident]) -> None:
        if len(incidents) > FEW:
            words = self._presenter.escalated(incidents, writing.now)
            await self._saying.say(writing, chat, "", words)
            return
        for incident in incidents:
            present = await writing.records.incidents.get(incident.id)
            await self._saying.ring(writing, present or incident, [chat])


def _number(level: int, rota: Rota) -> str:
    last = len(rota.escalation)
    return str(level) if level <= last else f"{last} again"
