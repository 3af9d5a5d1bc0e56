"""Hears the monitoring's heartbeat, and knows when it is missed."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from agent.domain.catalog import Catalogue
from agent.domain.incident_notice import Notice
from agent.domain.incident_watch import NEVER, Heard, Pulse, is_heard, judged
from agent.ports import Records
from agent.services.journal import Journal, Writing

_HEARD: Final = "watchdog.heard_at"
_SILENT: Final = "watchdog.silent_since"


class Watch:
    """The heartbeat is no incident. It is missed from the first one on, or from the start where one is expected.

    Attributes:
        since: when this life began to listen.
        is_off: whether nobody watches any more.
    """

    def __init__(self, journal: Journal, catalogue: Catalogue, *, period: timedelta, expected: bool) -> None:
        self._names = catalogue.watchdogs
        self._period = period
        self._expected = expected
        self.since = journal.clock.now()
        self.is_off = period == NEVER

    async def hear(self, writing: Writing, notice: Notice) -> Notice:
        """Take heartbeats out of a notice; answers what is left of it."""
        beats = [alert for alert in notice.alerts if alert.labels.get("alertname") in self._names]
        if any(alert.ends_at is None for alert in beats):
            heard = (await _pulse(writing.records)).heard_at
            last = max(heard or notice.told_at, notice.told_at)
            await writing.records.controls.keep(_HEARD, last.isoformat())
        others = tuple(alert for alert in notice.alerts if alert.labels.get("alertname") not in self._names)
        return replace(notice, alerts=others)

    async def found(self, records: Records, now: datetime) -> tuple[Pulse, Heard]:
        """What is known, and whether there is something to say about it."""
        pulse = await _pulse(records)
        return pulse, judged(pulse, self.since, now, self._period, expected=self._expected)

    async def hears(self, records: Records, now: datetime) -> bool:
        """Whether silence means that nothing fires; where no heartbeat was ever promised, it is taken to mean that."""
        return is_heard(await _pulse(records), self.since, now, self._period, expected=self._expected)

    async def note(self, writing: Writing, silent_since: datetime | None) -> None:
        """Keep that the silence has been told of, or that it is over."""
        await writing.records.controls.keep(_SILENT, silent_since.isoformat() if silent_since else "")


async def _pulse(records: Records) -> Pulse:
    return Pulse(
        _moment(await records.controls.value(_HEARD)),
        _moment(await records.controls.value(_SILENT)),
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
