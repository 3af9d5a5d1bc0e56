"""Keeps a storm of alerts from becoming a storm of messages."""

from dataclasses import replace
from typing import Final

from agent.domain.incident import Incident, Presence, is_worse
from agent.domain.incident_history import Entry, Happening
from agent.domain.incident_storm import WITHIN, Storm, read, written
from agent.ports import IncidentPresenter
from agent.services.incidents.saying import Saying
from agent.services.journal import Journal, Writing

_STORM: Final = "incidents.storm"


class Storms:
    """Once so many groups have rung within a minute, further ones are lines of one message until a calm minute."""

    def __init__(self, journal: Journal, saying: Saying, presenter: IncidentPresenter, *, groups: int) -> None:
        self._journal = journal
        self._saying = saying
        self._presenter = presenter
        self._groups = groups

    async def takes(self, writing: Writing, incident: Incident) -> Incident | None:
        """The incident as a line of the storm's message, or None when there is no storm."""
        storm = read(await writing.records.controls.value(_STORM))
        if storm is None or storm.is_over(writing.now):
            if await writing.records.incidents.rung_since(writing.now - WITHIN) < self._groups:
                return None
            storm = storm or Storm(f"storm:{incident.id}", writing.now, incident.severity)
        folded = replace(incident, presence=Presence.FOLDED)
        await writing.records.incidents.save(folded)
        await writing.records.incidents.note(Entry(folded.id, writing.now, Happening.FOLDED))
        await self._tell(writing, replace(storm, last_at=writing.now), folded)
        return folded

    async def refresh(self, writing: Writing) -> None:
        """Bring the storm's message up to date, after something in it has changed."""
        storm = read(await writing.records.controls.value(_STORM))
        if storm is not None:
            await self._say(writing, storm)

    async def calm(self) -> int:
        """End a storm after a calm minute; answers how many incidents have got their own message."""
        async with self._journal.store.reading() as records:
            storm = read(await records.controls.value(_STORM))
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
                await self._saying.ring(writing, incident, silent=True)
            else:
                await writing.records.incidents.save(replace(incident, presence=Presence.LOGGED))
        return sum(incident.is_open for incident in folded)

    async def _tell(self, writing: Writing, storm: Storm, newest: Incident) -> None:
        is_first = len(await writing.records.incidents.in_presence(Presence.FOLDED)) == 1
        worse = is_worse(newest.severity, storm.severity)
        standing = replace(storm, severity=newest.severity) if worse else storm
        await writing.records.controls.keep(_STORM, written(standing))
        await self._say(writing, standing, ring=is_first or worse)

    async def _say(self, writing: Writing, storm: Storm, *, ring: bool = False, over: bool = False) -> None:
        folded = await writing.records.incidents.in_presence(Presence.FOLDED)
        words = self._presenter.storm(folded, writing.now, over=over)
        for chat in self._saying.rota.chats:
            await self._saying.say(writing, chat, storm.key, words, anew=ring, silent=not ring)
