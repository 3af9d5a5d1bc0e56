"""What has to be done from time to time: backups, tidying, a look at the health, and telling the admins.

Each method is one turn; `every` and `when_woken` give them their rhythm. A turn that fails is logged and the next one
comes all the same.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Final

from agent.domain.breaker import BreakerName, Closed, Open, State
from agent.domain.events import AgentErred, BreakerChanged, Event
from agent.domain.outbox import Kind, Message
from agent.errors import AgentError
from agent.ports import Backups, Clock, Presenter
from agent.services.journal import Journal
from agent.services.messages import Messages

_log = logging.getLogger(__name__)

SETTLED_FOR: Final = timedelta(days=7)
"""How long settled rows of inbox, outbox and alerts are kept, for those who look back."""


class Upkeep:
    """Backups when they are due, and rows that nobody needs any more."""

    def __init__(self, journal: Journal, backups: Backups, *, backup_every: timedelta) -> None:
        self._journal = journal
        self._backups = backups
        self._backup_every = backup_every

    async def back_up_if_due(self) -> bool:
        """Make a backup when the newest is too old, so that restarts neither skip one nor make one more."""
        newest = self._backups.newest()
        if newest is not None and self._journal.clock.now() - newest < self._backup_every:
            return False
        try:
            await self._backups.make()
        except AgentError:
            self._journal.tell(AgentErred("backup"))
            raise
        return True

    async def tidy(self) -> int:
        """Delete what was settled long ago."""
        async with self._journal.writing() as writing:
            return await writing.records.prune(writing.now - SETTLED_FOR)


class AdminNotes:
    """Tells the admins when a breaker opens or closes. Keeps `ports.Observer`; speaks when it is asked to."""

    def __init__(self, journal: Journal, messages: Messages, presenter: Presenter, chat_id: int | None) -> None:
        self._journal = journal
        self._messages = messages
        self._presenter = presenter
        self._chat_id = chat_id
        self._noted: list[tuple[BreakerName, State]] = []

    def observe(self, event: Event) -> None:
        """Note it; half-open is nobody's business."""
        if isinstance(event, BreakerChanged) and isinstance(event.state, Open | Closed):
            self._noted.append((event.breaker, event.state))

    async def speak(self) -> int:
        """Say what was noted; answers how much that was. What could not be kept is said the next time."""
        noted = tuple(self._noted)
        if self._chat_id is None or not noted:
            self._noted.clear()
            return 0
        async with self._journal.writing() as writing:
            for name, state in noted:
                words = self._presenter.breaker(name, state)
                message = Message(
                    chat_id=self._chat_id,
                    kind=Kind.ALERT,
                    text=words.text,
                    buttons=words.buttons,
                    queued_at=writing.now,
                    next_at=writing.now,
                )
                await self._messages.say(writing, message)
        del self._noted[: len(noted)]  # more may have been noted meanwhile
        return len(noted)


async def every(clock: Clock, seconds: float, turn: Callable[[], Awaitable[object]]) -> None:
    """Take a turn at once and then again and again, until it is cancelled."""
    while True:
        await _take(turn)
        await clock.sleep(seconds)


async def once(turn: Callable[[], Awaitable[object]]) -> None:
    """Take a single turn; one that fails is logged."""
    await _take(turn)


async def when_woken(clock: Clock, wake: asyncio.Event, turn: Callable[[], Awaitable[float]]) -> None:
    """Take a turn whenever somebody wakes us, or after as many seconds as the last turn has answered."""
    while True:
        wake.clear()
        pause = await _take(turn)
        sleeping = asyncio.ensure_future(clock.sleep(pause if isinstance(pause, int | float) else 1.0))
        waking = asyncio.ensure_future(wake.wait())
        try:
            await asyncio.wait({sleeping, waking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waking.cancel()


async def _take(turn: Callable[[], Awaitable[object]]) -> object:
    try:
        return await turn()
    except AgentError as error:
        _log.warning("upkeep.failed", extra={"turn": _name(turn), "reason": str(error)})
    except Exception:  # noqa: BLE001 - a bug in one turn must not end the loop
        _log.exception("upkeep.broken", extra={"turn": _name(turn)})
    return None


def _name(turn: Callable[[], Awaitable[object]]) -> str:
    """As the one who reads the log would search for it."""
    function = turn.func if isinstance(turn, partial) else turn
    return getattr(function, "__qualname__", repr(function))
