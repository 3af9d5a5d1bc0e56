"""Decides how people learn of what is new: at once, in the morning, with the storm, or not at all."""

from dataclasses import replace
from datetime import datetime

from agent.domain.incident import Incident, IncidentSeverity, Presence, let_be
from agent.domain.incident_flapping import may_ring, told_elsewhere
from agent.domain.incident_history import Entry, Happening
from agent.domain.incident_notice import COMING_BACK, RINGING, News
from agent.services.incidents.saying import Saying
from agent.services.incidents.storms import Storms
from agent.services.journal import Journal, Writing


class Announcing:
    """The one door to the phones."""

    def __init__(self, journal: Journal, saying: Saying, storms: Storms) -> None:
        self._journal = journal
        self._saying = saying
        self._storms = storms

    async def announce(self, writing: Writing, incident: Incident, news: News) -> Incident:
        """Say what a change means, and keep the incident."""
        if news in RINGING and (news not in COMING_BACK or _may_ring(incident, news, writing.now)):
            return await self.call(writing, incident)
        if news is News.RESTATED:
            await writing.records.incidents.save(incident)
            return incident
        await self._saying.refresh(writing, incident)
        if incident.presence is Presence.FOLDED:
            await self._storms.refresh(writing)
        return incident

    async def call(self, writing: Writing, incident: Incident) -> Incident:
        """Somebody has to look: ring, unless it is for nobody, may wait, or is one of too many."""
        if incident.severity is IncidentSeverity.INFO:
            return await self._only_log(writing, incident)
        if incident.may_wait and self._saying.rota.waits(incident.severity, writing.now):
            return await self._hold(writing, incident)
        if incident.is_about_monitoring:  # it must not be one line of many
            return await self._saying.ring(writing, incident)
        folded = await self._storms.takes(writing, incident)
        return folded or await self._saying.ring(writing, incident)

    async def settle(self) -> None:
        """Say what is said once for many."""
        await self._storms.tell()

    async def release(self) -> int:
        """At the end of the quiet hours say what has waited for it and still fires; answers how many that were."""
        async with self._journal.store.reading() as records:
            held = await records.incidents.in_presence(Presence.HELD)
        now, rota = self._journal.clock.now(), self._saying.rota
        due = [each.id for each in held if not (each.is_open and each.may_wait and rota.waits(each.severity, now))]
        for incident_id in due:
            async with self._journal.writing() as writing:
                await self._let_out(writing, incident_id)
        return len(due)

    async def _let_out(self, writing: Writing, incident_id: str) -> None:
        incident = await writing.records.incidents.get(incident_id)
        if incident is None or incident.presence is not Presence.HELD:
            return
        if incident.is_unattended(writing.now):
            await self.call(writing, incident)
        elif incident.is_open and not incident.rings:
            await self._saying.ring(writing, told_elsewhere(incident), silent=True)
        else:
            await self._saying.refresh(writing, let_be(incident))

    async def _only_log(self, writing: Writing, incident: Incident) -> Incident:
        """The chat is the log: whoever reads it later finds it there, and no phone makes a sound."""
        if incident.rings:
            shown = let_be(incident)
            await self._saying.refresh(writing, shown)
            return shown
        folded = await self._storms.takes_quietly(writing, incident)
        return folded or await self._saying.ring(writing, incident, silent=True)

    async def _hold(self, writing: Writing, incident: Incident) -> Incident:
        held = replace(incident, presence=Presence.HELD)
        await self._saying.refresh(writing, held)
        await writing.records.incidents.note(Entry(held.id, writing.now, Happening.HELD))
        return held


def _may_ring(incident: Incident, news: News, now: datetime) -> bool:
    return may_ring(incident, now, has_ended=news is News.REOPENED)
