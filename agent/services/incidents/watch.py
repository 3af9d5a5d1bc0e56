"""Watches the watcher: hears the monitoring's heartbeat, and says when it stops and when it is back."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from agent.domain.catalog import Catalogue
from agent.domain.incident_notice import Notice
from agent.domain.incident_watch import Heard, Pulse, judged
from agent.ports import IncidentPresenter, Records
from agent.services.incidents.saying import Saying
from agent.services.journal import Journal, Writing

_HEARD: Final = "watchdog.heard_at"
_SILENT: Final = "watchdog.silent_since"
_KEY: Final = "monitoring"


class Watch:
    """The heartbeat is no incident. It is missed from the first one on, or from the start where one is expected."""

    def __init__(  # noqa: PLR0913 - what it listens for, and whom it tells
        self,
        journal: Journal,
        saying: Saying,
        presenter: IncidentPresenter,
        catalogue: Catalogue,
        *,
        period: timedelta,
        expected: bool,
    ) -> None:
        self._journal = journal
        self._saying = saying
        self._presenter = presenter
        self._names = catalogue.watchdogs
        self._period = period
        self._expected = expected
        self._since = journal.clock.now()

    async def hear(self, writing: Writing, notice: Notice) -> Notice:
        """Take heartbeats out of a notice; answers what is left of it."""
        beats = [alert for alert in notice.alerts if alert.labels.get("alertname") in self._names]
        if any(alert.ends_at is None for alert in beats):
            heard = (await _pulse(writing.records)).heard_at
            last = max(heard or notice.told_at, notice.told_at)
            await writing.records.controls.keep(_HEARD, last.isoformat())
        others = tuple(alert for alert in notice.alerts if alert.labels.get("alertname") not in self._names)
        return replace(notice, alerts=others)

    async def look(self) -> Heard:
        """Speak when the heartbeat has stopped, or is there again; answers what was found."""
        now = self._journal.clock.now()
        async with self._journal.store.reading() as records:
            pulse = await _pulse(records)
        found = judged(pulse, self._since, now, self._period, expected=self._expected)
        if found is not Heard.NOTHING:
            async with self._journal.writing() as writing:
                await self._tell(writing, pulse, found)
        return found

    async def _tell(self, writing: Writing, pulse: Pulse, found: Heard) -> None:
        is_back = found is Heard.BACK
        since = pulse.silent_since if is_back else pulse.heard_at
        last = since or self._since
        await writing.records.controls.keep(_SILENT, "" if is_back else last.isoformat())
        words = self._presenter.monitoring(last, writing.now, back=is_back)
        for chat in self._saying.rota.chats:
            await self._saying.say(writing, chat, _KEY, words, anew=True)


async def _pulse(records: Records) -> Pulse:
    return Pulse(
        _moment(await records.controls.value(_HEARD)),
        _moment(await records.controls.value(_SILENT)),
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
