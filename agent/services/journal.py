"""One unit of work: what is changed and what is told about it belong together, or neither happens.

Every use case that changes something takes a `Writing`, so that a caller can put its own effects into the same
transaction: marking the update as done that asked for it, for example.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from agent.domain.audit import Audited
from agent.domain.events import Event, RunEvent, RunProgressed, facts
from agent.domain.timeline import Moment
from agent.ports import Clock, Observer, Records, Store

_log = logging.getLogger(__name__)


class Writing:
    """An open transaction, its moment, and what will be told once it is committed."""

    def __init__(self, records: Records, now: datetime) -> None:
        self.records = records
        self.now = now
        self.events: list[Event] = []
        self.deeds: list[Audited] = []
        self.woken: list[asyncio.Event] = []

    def wake(self, sleeper: asyncio.Event) -> None:
        """Wake a loop after the commit: woken before, it would find nothing and go back to sleep."""
        self.woken.append(sleeper)

    async def tell(self, event: Event) -> None:
        """Put it on the run's timeline, and tell it to the observers after the commit."""
        self.events.append(event)
        if isinstance(event, RunEvent) and not isinstance(event, RunProgressed):
            await self.records.timeline.append(Moment(event.run_id, event.name, facts(event), self.now))

    async def audit(self, actor: int, action: str, subject: str, detail: str = "") -> None:
        """Note who did what."""
        deed = Audited(actor, action, subject, detail, self.now)
        self.deeds.append(deed)
        await self.records.audit.append(deed)


def _unheard(_deed: Audited) -> None:
    """Nobody keeps a log of deeds; the store has them all the same."""


class Journal:
    """Opens units of work. `note` is told each audited deed once it is committed; it is quick and does not raise."""

    def __init__(
        self, store: Store, clock: Clock, observer: Observer, note: Callable[[Audited], None] = _unheard
    ) -> None:
        self.store = store
        self.clock = clock
        self._observer = observer
        self._note = note

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Writing]:
        """A transaction; its events are told when it has been committed, and never if it was not."""
        async with self.store.transaction() as records:
            writing = Writing(records, self.clock.now())
            yield writing
        for sleeper in writing.woken:
            sleeper.set()
        for deed in writing.deeds:
            self._note(deed)
        for event in writing.events:
            self._observer.observe(event)

    def tell(self, *events: Event) -> None:
        """Tell what needs no transaction."""
        for event in events:
            self._observer.observe(event)


class Broadcast:
    """Keeps `ports.Observer` for several; one that fails does not keep the others from hearing."""

    def __init__(self, *observers: Observer) -> None:
        self._observers: Sequence[Observer] = observers

    def add(self, observer: Observer) -> None:
        """One more listener, for those who themselves need a journal."""
        self._observers = (*self._observers, observer)

    def observe(self, event: Event) -> None:
        for observer in self._observers:
            try:
                observer.observe(event)
            except Exception:  # noqa: BLE001 - a counter that fails must not stop the run it counts
                _log.exception("observer.failed", extra={"event": event.name})
