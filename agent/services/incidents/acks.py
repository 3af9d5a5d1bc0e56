"""Acknowledgements: somebody takes an incident, and has it until it resolves or they have been silent for too long."""

from collections.abc import Mapping
from datetime import timedelta

from agent.domain.events import IncidentAcked
from agent.domain.incident import Incident, IncidentSeverity
from agent.domain.incident_hands import acknowledged, has_lapsed, lapsed
from agent.domain.incident_history import Entry, Happening
from agent.errors import Conflict, NotFound
from agent.ports import IncidentPresenter, Records
from agent.services.incidents.announcing import Announcing
from agent.services.incidents.saying import Saying
from agent.services.journal import Journal, Writing


async def incident_found(records: Records, name: str) -> Incident | None:
    """The incident with that id, in whatever case it was typed, with or without the `#` of the message."""
    bare = name.removeprefix("#")
    return await records.incidents.get(bare) or await records.incidents.get(bare.upper())


async def incident_named(records: Records, name: str) -> Incident:
    """The incident with that id. Raises `NotFound`."""
    found = await incident_found(records, name)
    if found is None:
        raise NotFound(f"There is no incident {name[:40]}; /alerts lists the open ones.")
    return found


class Acks:
    """Who has what in hand, in the store and in the message."""

    def __init__(
        self,
        journal: Journal,
        saying: Saying,
        announcing: Announcing,
        presenter: IncidentPresenter,
        lapse: Mapping[IncidentSeverity, timedelta],
    ) -> None:
        self._journal = journal
        self._saying = saying
        self._announcing = announcing
        self._presenter = presenter
        self._lapse = lapse

    async def acknowledge(
        self, writing: Writing, name: str, *, by: int, as_name: str = "", take_over: bool = False
    ) -> Incident:
        """The incident is in somebody's hands. With `take_over` in theirs even if somebody else has it, who is told.

        Raises `NotFound`, and `Conflict` for one that is resolved or that somebody else has.
        """
        before = await incident_named(writing.records, name)
        called = self._saying.called(by, as_name)
        taken = acknowledged(before, by, writing.now, called)
        is_anothers = before.acked_by not in {None, by}
        if is_anothers and not take_over:
            raise Conflict(_anothers(before))
        detail = f"taken over from {before.acked_name}" if is_anothers else ""
        await writing.records.incidents.note(Entry(taken.id, writing.now, Happening.ACKED, detail, by, called))
        await writing.audit(by, "incident.acknowledged", taken.id, detail)
        if before.acked_by != by:
            await writing.tell(IncidentAcked(taken.id, taken.severity))
        await self._saying.refresh(writing, taken)
        if is_anothers:
            await self._tell_former(writing, before, taken)
        return taken

    async def _tell_former(self, writing: Writing, before: Incident, taken: Incident) -> None:
        words = self._presenter.taken_over(taken, before)
        for chat in taken.chats or self._saying.rota.chats:
            await self._saying.say(writing, chat, "", words, silent=True)

    async def lapse_due(self) -> int:
        """Take back what nobody has looked after for too long while it still fires, and ring; answers how many."""
        now = self._journal.clock.now()
        async with self._journal.store.reading() as records:
            due = [each.id for each in await records.incidents.open() if has_lapsed(each, self._lapse, now)]
        for incident_id in due:
            async with self._journal.writing() as writing:
                await self._lapse_one(writing, incident_id)
        return len(due)

    async def _lapse_one(self, writing: Writing, incident_id: str) -> None:
        incident = await writing.records.incidents.get(incident_id)
        if incident is None or not has_lapsed(incident, self._lapse, writing.now):
            return
        entry = Entry(incident.id, writing.now, Happening.LAPSED, f"{incident.acked_name} had it")
        await writing.records.incidents.note(entry)
        await self._announcing.call(writing, lapsed(incident, writing.now))


def _anothers(incident: Incident) -> str:
    since = f" since {incident.acked_at:%d %b %H:%M} UTC" if incident.acked_at else ""
    called = incident.acked_name or f"user {incident.acked_by}"
    return (
        f"{called} has incident {incident.id}{since}. Take over? The button under it does, or /takeover {incident.id}"
    )
