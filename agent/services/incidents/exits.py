"""Says when an incident is over: nothing critical for a while, and the objectives back inside."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from agent.domain.catalog import Catalogue
from agent.domain.incident import Incident, IncidentSeverity
from agent.domain.incident_history import Entry, Happening
from agent.domain.incident_recovery import Exit, standing
from agent.ports import IncidentPresenter, Records
from agent.services.incidents.acks import incident_named
from agent.services.incidents.saying import Saying
from agent.services.incidents.watch import Watch
from agent.services.journal import Journal, Writing

_LOOKED_BACK: Final = timedelta(hours=24)


class Exits:
    """Tracks the exit criteria of every incident that has resolved; a monitoring that is not heard meets none."""

    def __init__(  # noqa: PLR0913, PLR0917 - its neighbours
        self,
        journal: Journal,
        watch: Watch,
        saying: Saying,
        presenter: IncidentPresenter,
        catalogue: Catalogue,
        window: timedelta,
    ) -> None:
        self._journal = journal
        self._watch = watch
        self._saying = saying
        self._presenter = presenter
        self._catalogue = catalogue
        self._window = window

    async def turn(self) -> int:
        """Announce those that meet their criteria now, in one message; answers how many."""
        async with self._journal.store.reading() as records:
            if not await self._met(records, self._journal.clock.now()):
                return 0
        async with self._journal.writing() as writing:
            met = await self._met(writing.records, writing.now)
            over = [await self._close(writing, incident) for incident in met]
            await self._announce(writing, [each for each in over if _was_seen(each)])
        return len(met)

    async def of(self, records: Records, name: str) -> Exit:
        """How an incident stands. Raises `NotFound`."""
        incident = await incident_named(records, name)
        return standing(incident, await self._of_system(records, self._journal.clock.now()), self._catalogue)

    async def _met(self, records: Records, now: datetime) -> list[Incident]:
        recovering = await records.incidents.recovering()
        if not recovering or not await self._watch.hears(records, now):
            return []
        others = await self._of_system(records, now)
        return [
            each for each in recovering if standing(each, [*others, each], self._catalogue).is_met(now, self._window)
        ]

    async def _of_system(self, records: Records, now: datetime) -> list[Incident]:
        return [*await records.incidents.open(), *await records.incidents.resolved_since(now - _LOOKED_BACK)]

    async def _close(self, writing: Writing, incident: Incident) -> Incident:
        over = replace(incident, recovered_at=writing.now, updated_at=writing.now)
        if _was_seen(over):
            await writing.records.incidents.note(Entry(over.id, writing.now, Happening.RECOVERED))
        await self._saying.refresh(writing, over)
        return over

    async def _announce(self, writing: Writing, over: list[Incident]) -> None:
        by_chat: dict[int, list[Incident]] = defaultdict(list)
        for incident in over:
            for chat in incident.chats:
                by_chat[chat].append(incident)
        for chat, incidents in by_chat.items():
            words = self._presenter.recovered(incidents, writing.now)
            await self._saying.say(writing, chat, "", words, silent=True)


def _was_seen(incident: Incident) -> bool:
    return bool(incident.rings) and incident.severity is not IncidentSeverity.INFO
