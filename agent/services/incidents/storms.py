"""Keeps a storm of alerts from becoming a storm of messages."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from agent.domain.incident import Incident, Presence, let_be
from agent.domain.incident_flapping import told_elsewhere
from agent.domain.incident_history import Entry, Happening
from agent.domain.incident_storm import WITHIN, Owed, Storm, begun, changed, joined, read, told, written
from agent.ports import IncidentPresenter, Records
from agent.services.incidents.saying import Saying
from agent.services.journal import Journal, Writing

_STORM: Final = "incidents.storm"


class Storms:
    """Once so many groups have rung within a minute, further ones are lines of one message until a calm minute.

    What the message owes is kept with every line, and paid by `tell` once for many lines.
    """

    def __init__(self, journal: Journal, saying: Saying, presenter: IncidentPresenter, *, groups: int) -> None:
        self._journal = journal
        self._saying = saying
        self._presenter = presenter
        self._groups = groups

    async def takes(self, writing: Writing, incident: Incident) -> Incident | None:
        """The incident as a line of the storm's message, or None when there is no storm."""
        storm = await _standing(writing.records)
        rages = _rages(storm, writing.now)
        if not rages and await writing.records.incidents.rung_since(writing.now - WITHIN) < self._groups:
            return None
        return await self._fold(writing, storm, incident)

    async def takes_quietly(self, writing: Writing, incident: Incident) -> Incident | None:
        """The same for one that rings for nobody: a line when so many groups have opened within a minute."""
        storm = await _standing(writing.records)
        if storm is None or storm.is_over(writing.now):
            newest = await writing.records.incidents.listing(self._groups + 1)  # itself among them
            if len(newest) <= self._groups or newest[-1].opened_at <= writing.now - WITHIN:
                return None
        return await self._fold(writing, storm, incident)

    async def rages(self, records: Records, now: datetime) -> bool:
        """Whether there is one."""
        return _rages(await _standing(records), now)

    async def refresh(self, writing: Writing) -> None:
        """Something in the storm's message has changed."""
        storm = await _standing(writing.records)
        if storm is not None:
            await writing.records.controls.keep(_STORM, written(changed(storm)))

    async def tell(self) -> bool:
        """Bring the storm's message up to date; answers whether that was needed."""
        async with self._journal.store.reading() as records:
            storm = await _standing(records)
        if storm is None or storm.owed is Owed.NOTHING:
            return False
        async with self._journal.writing() as writing:
            storm = await _standing(writing.records)
            if storm is not None:
                await self._say(writing, storm)
                await writing.records.controls.keep(_STORM, written(told(storm)))
        return True

    async def calm(self) -> int:
        """End a storm after a calm minute; answers how many incidents have got their own message."""
        await self.tell()
        async with self._journal.store.reading() as records:
            storm = await _standing(records)
        if storm is None or not storm.is_over(self._journal.clock.now()):
            return 0
        async with self._journal.writing() as writing:
            await self._say(writing, storm, over=True)
            await writing.records.controls.keep(_STORM, "")
            return await self.unfold(writing)

    async def unfold(self, writing: Writing) -> int:
        """Give every gathered incident that still fires its own message, silently; the storm's message has rung."""
        folded = await writing.records.incidents.in_presence(Presence.FOLDED)
        for incident in folded:
            if incident.is_open:
                await self._saying.ring(writing, told_elsewhere(incident), silent=True)
            else:
                await self._saying.refresh(writing, let_be(incident))
        await self.refresh(writing)
        return sum(incident.is_open for incident in folded)

    async def _fold(self, writing: Writing, storm: Storm | None, incident: Incident) -> Incident:
        folded = replace(incident, presence=Presence.FOLDED)
        grown = begun(folded, writing.now) if storm is None else joined(storm, folded, writing.now)
        await self._saying.refresh(writing, folded)
        await writing.records.incidents.note(Entry(folded.id, writing.now, Happening.FOLDED))
        await writing.records.controls.keep(_STORM, written(grown))
        return folded

    async def _say(self, writing: Writing, storm: Storm, *, over: bool = False) -> None:
        folded = await writing.records.incidents.in_presence(Presence.FOLDED)
        words = self._presenter.storm(folded, writing.now, over=over)
        key = f"storm:{storm.key}:{told(storm).messages}"
        for chat in self._saying.rota.chats:
            await self._saying.say(writing, chat, key, words, silent=storm.owed is not Owed.RING)


def _rages(storm: Storm | None, now: datetime) -> bool:
    return storm is not None and storm.is_loud and not storm.is_over(now)


async def _standing(records: Records) -> Storm | None:
    return read(await records.controls.value(_STORM))
