"""Commits raw updates to the inbox: whoever brings them may confirm them only when this has returned."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from agent.domain.inbox import Source
from agent.errors import StoreError
from agent.ports import Clock, Store

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query")
"""The kinds of updates that anybody here reads."""

Raw = dict[str, Any]
"""An update as Telegram sent it."""


def _unheard(_updates: Sequence[Raw], _error: StoreError) -> None:
    """When nobody tells their authors."""


class Intake:
    """The one door for updates, whether they were polled or pushed. `refused` hears of what could not be kept."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        wake: Callable[[], None],
        refused: Callable[[Sequence[Raw], StoreError], None] = _unheard,
    ) -> None:
        self._store = store
        self._clock = clock
        self._wake = wake
        self._refused = refused

    async def keep(self, updates: Sequence[Raw]) -> int:
        """Keep them together, in order; answers how many were new. Raises `StoreError`, and then none was kept."""
        try:
            new = await self._accepted(updates)
        except StoreError as error:
            self._refused(updates, error)
            raise
        self._wake()
        return new

    async def _accepted(self, updates: Sequence[Raw]) -> int:
        async with self._store.transaction() as records:
            now = self._clock.now()
            new = [
                await records.inbox.accept(Source.TELEGRAM, str(number_of(each)), json.dumps(each), now)
                for each in updates
            ]
        return sum(new)


def number_of(update: object) -> int | None:
    """The update's number, or None when it is no update."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None
