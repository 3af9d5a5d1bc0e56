"""Silences made from the chat: asked of Alertmanager first, outside of any transaction, and kept when it has agreed."""

from dataclasses import dataclass, replace
from datetime import timedelta

from agent.domain.incident import Incident, silenced, unsilenced
from agent.domain.incident_history import Entry, Happening
from agent.domain.incident_silence import Silence, is_ours, silence_for
from agent.errors import Conflict
from agent.ports import Silencer
from agent.services.incidents.acks import incident_named
from agent.services.incidents.saying import Saying
from agent.services.journal import Journal, Writing


@dataclass(frozen=True, slots=True)
class Silenced:
    """A silence that Alertmanager has agreed to and that has to be kept yet."""

    incident_id: str
    silence: Silence
    by: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A silence that Alertmanager has ended, which has to be kept yet."""

    incident_id: str
    by: int


class Silences:
    """Two steps each, so that the second can be in the transaction that answers. Doing both twice is harmless."""

    def __init__(self, journal: Journal, silencer: Silencer, saying: Saying) -> None:
        self._journal = journal
        self._silencer = silencer
        self._saying = saying

    async def make(self, name: str, length: timedelta, *, by: int, as_name: str = "") -> Silenced:
        """Silence the incident's group, or prolong the silence that was made for it before.

        Raises `NotFound`, `Conflict` for a group without labels or one that is resolved, and `MonitoringError` when
        Alertmanager does not agree; nothing has changed then.
        """
        incident = await self._incident(name)
        if not incident.is_open:
            raise Conflict(f"Incident {incident.id} is resolved.")
        called = as_name or self._saying.rota.name_of(by) or f"user {by}"
        wanted = silence_for(incident, called, length, self._journal.clock.now())
        ours = [each for each in (await self._silencer.standing()).silences if is_ours(each, incident)]
        wanted = replace(wanted, id=ours[0].id if ours else "")
        made = await self._silencer.silence(wanted)
        return Silenced(incident.id, replace(wanted, id=made), by)

    async def keep(self, writing: Writing, made: Silenced) -> Incident:
        """Keep what `make` has made, and show it."""
        incident = await incident_named(writing.records, made.incident_id)
        silence = made.silence
        quiet = silenced(incident, silence.id, silence.by, silence.ends_at, writing.now)
        detail = f"until {silence.ends_at:%Y-%m-%dT%H:%M:%SZ}, silence {silence.id}"
        entry = Entry(quiet.id, writing.now, Happening.SILENCED, detail, made.by, silence.by)
        await writing.records.incidents.note(entry)
        await writing.audit(made.by, "incident.silenced", quiet.id, detail)
        await self._saying.refresh(writing, quiet)
        return quiet

    async def take_back(self, name: str, *, by: int) -> Ended:
        """End the silences that were made from the chat for the incident, and the one that is known to cover it.

        Raises `NotFound`, `Conflict` when there is none, and `MonitoringError`.
        """
        incident = await self._incident(name)
        ours = {each.id for each in (await self._silencer.standing()).silences if is_ours(each, incident)}
        ids = ours | ({incident.silence_id} if incident.silence_id else set())
        if not ids:
            raise Conflict(f"Incident {incident.id} is not silenced.")
        for silence_id in sorted(ids):
            await self._silencer.expire(silence_id)
        return Ended(incident.id, by)

    async def keep_ended(self, writing: Writing, ended: Ended) -> Incident:
        """Keep what `take_back` has ended, and show it."""
        incident = await incident_named(writing.records, ended.incident_id)
        loud = unsilenced(incident, writing.now)
        entry = Entry(loud.id, writing.now, Happening.UNSILENCED, "taken back", ended.by, "")
        await writing.records.incidents.note(entry)
        await writing.audit(ended.by, "incident.unsilenced", loud.id)
        await self._saying.refresh(writing, loud)
        return loud

    async def _incident(self, name: str) -> Incident:
        async with self._journal.store.reading() as records:
            return await incident_named(records, name)
