"""Long polling: fetch, commit, and only then move the offset. It never gives up and always says how it is doing."""

import asyncio
import json
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from telegram.error import Conflict, RetryAfter

from agent.adapters.telegram.connection import Connection
from agent.adapters.telegram.intake import ALLOWED_UPDATES, Intake, Raw, number_of
from agent.adapters.telegram.outcome import seconds_of, words_of
from agent.logs.redaction import Redaction
from agent.ports import Clock

T = TypeVar("T")
_log = logging.getLogger(__name__)

HOLD_SECONDS: Final = 50
HUNG_SECONDS: Final = 120.0
LONGEST_PAUSE: Final = 30.0
_SLACK_SECONDS: Final = 15.0
_BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class PollHealth:
    """How polling goes.

    Attributes:
        last_success: when getUpdates last came back and its updates were safe; the start before that.
        problem: what is wrong now, or empty.
        conflict: whether somebody else receives this bot's updates.
    """

    last_success: datetime
    problem: str = ""
    conflict: bool = False


class _Hung(Exception):
    """The poll neither answered nor failed."""


class Polling:
    """One poller of one bot."""

    def __init__(self, connection: Connection, intake: Intake, clock: Clock) -> None:
        self._bot = connection.bot
        self._poller = connection.poller
        self._intake = intake
        self._clock = clock
        self._redact = Redaction([connection.bot.token])
        self._offset = 0
        self._failures = 0
        self._webhook_is_off = False
        self.health = PollHealth(clock.now())

    async def run(self) -> None:
        """Poll until cancelled."""
        while True:
            try:
                await self._once()
            except Exception as error:  # noqa: BLE001 - whatever it is, nobody would hear us if polling ended
                await self._clock.sleep(self._noted(error))

    async def _once(self) -> None:
        if not self._webhook_is_off:  # a webhook of earlier days would keep everything from us
            await self._watched(self._bot.delete_webhook(drop_pending_updates=False))
            self._webhook_is_off = True
        updates = await self._watched(self._fetch())
        if updates:
            await self._intake.keep(updates)
            self._offset = max(number_of(each) or 0 for each in updates) + 1
        self._failures = 0
        self.health = PollHealth(self._clock.now())

    async def _fetch(self) -> Sequence[Raw]:
        query = {"offset": self._offset, "limit": _BATCH, "timeout": HOLD_SECONDS}
        asked = urlencode({**query, "allowed_updates": json.dumps(ALLOWED_UPDATES)})
        found = await self._poller.post(
            f"{self._bot.base_url}/getUpdates?{asked}", read_timeout=HOLD_SECONDS + _SLACK_SECONDS
        )
        if not isinstance(found, list) or any(number_of(each) is None for each in found):
            raise ValueError("the answer to getUpdates is no list of updates")
        return found

    async def _watched(self, call: Coroutine[Any, Any, T]) -> T:
        """The call's result; one that hangs is cut off together with its connection."""
        working, watch = asyncio.create_task(call), asyncio.ensure_future(self._clock.sleep(HUNG_SECONDS))
        try:
            await asyncio.wait((working, watch), return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return working.result()
        finally:
            await _ended(working, watch)
        await self._poller.shutdown()
        await self._poller.initialize()
        raise _Hung(f"a poll hung for {HUNG_SECONDS:g} s and was cut off")

    def _noted(self, error: Exception) -> float:
        """Remember what is wrong; answers how long to wait."""
        self._failures += 1
        words = words_of(error, self._redact)
        if words != self.health.problem:
            _log.warning("telegram.poll_failed", extra={"reason": words})
        self.health = replace(self.health, problem=words, conflict=isinstance(error, Conflict))
        pause = min(2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE)
        return max(pause, seconds_of(error)) if isinstance(error, RetryAfter) else pause


async def _ended(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
