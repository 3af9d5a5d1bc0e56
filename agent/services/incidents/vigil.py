"""Keeps watch over the monitoring: its silence is an incident that is resolved when it is heard again."""

from agent.domain.incident_watch import Heard, Pulse, alarm
from agent.services.incidents.intake import IncidentIntake
from agent.services.incidents.watch import Watch
from agent.services.journal import Journal, Writing


class Vigil:
    """The worst alarm there is, and an incident like any other: it rings, is taken, escalates and has a timeline."""

    def __init__(self, journal: Journal, watch: Watch, intake: IncidentIntake) -> None:
        self._journal = journal
        self._watch = watch
        self._intake = intake

    async def look(self) -> Heard:
        """Speak when the heartbeat has stopped, or is there again; answers what was found."""
        async with self._journal.store.reading() as records:
            _, found = await self._watch.found(records, self._journal.clock.now())
        if found is Heard.NOTHING:
            return found
        async with self._journal.writing() as writing:
            pulse, found = await self._watch.found(writing.records, writing.now)
            if found is not Heard.NOTHING:
                await self._tell(writing, pulse, found)
        return found

    async def _tell(self, writing: Writing, pulse: Pulse, found: Heard) -> None:
        is_back = found is Heard.BACK
        last = (pulse.silent_since if is_back else pulse.heard_at) or self._watch.since
        await self._watch.note(writing, None if is_back else last)
        await self._intake.absorb(writing, alarm(last, writing.now, over=is_back, given_up=self._watch.is_off))
