"""Escalation: a critical incident that nobody takes is brought to the next ones, step by step, across restarts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from agent.domain.incident import Incident
from agent.domain.incident_escalation import Rise, due, hurried, told_last
from agent.domain.incident_history import Entry, Happening
from agent.domain.outbox import Message
from agent.domain.rota import Rota
from agent.ports import IncidentPresenter
from agent.services.incidents.saying import Saying, ids_in, is_said, key_for_many
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

    async def hurry(self, writing: Writing, ids: Iterable[str], lost: Message) -> int:
        """The message of the last step is lost: take the next one where the last has reached nobody.

        Answers how many were escalated.
        """
        found = [await writing.records.incidents.get(each) for each in ids]
        alone = [each for each in found if each is not None and await self._is_unreached(writing, each, lost)]
        rising = [(each, hurried(each, self._saying.rota, writing.now)) for each in alone]
        return await self._take(writing, rising)

    async def _is_unreached(self, writing: Writing, incident: Incident, lost: Message) -> bool:
        told, records = told_last(incident, self._saying.rota, writing.now), writing.records
        if len(ids_in(lost.key)) > 1:
            reached = {chat for chat in told if await is_said(records, chat, lost.key)}
        else:
            reached = set(told).intersection(await self._saying.standing_in(records, incident))
        return lost.chat_id in told and not reached

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
        names = ", ".join(rota.called(chat) for chat in chats) or "nobody: no chat is configured"
        entry = Entry(incident.id, writing.now, Happening.ESCALATED, f"step {_number(risen.level, rota)}, to {names}")
        await writing.records.incidents.note(entry)
        await self._saying.refresh(writing, risen)
        return [(chat, risen) for chat in chats]

    async def _tell(self, writing: Writing, chat: int, incidents: Sequence[Incident]) -> None:
        if len(incidents) > FEW:
            words = self._presenter.escalated(incidents, writing.now)
            await self._saying.say(writing, chat, key_for_many(incidents, writing.now), words)
            return
        for incident in incidents:
            present = await writing.records.incidents.get(incident.id)
            await self._saying.ring(writing, present or incident, [chat])


def _number(level: int, rota: Rota) -> str:
    last = len(rota.escalation)
    return str(level) if level <= last else f"{last} again"
