"""The queue of updates: kept until confirmed or too old, in order, whether polled or pushed."""

import time
from collections import deque
from dataclasses import dataclass
from itertools import count
from typing import Final

from agent.sandbox.callbacks import LIFETIME as CALLBACK_LIFETIME
from agent.sandbox.plain import JsonObject

MESSAGE_LIFETIME: Final = 86_400.0
_OPTIONAL: Final = ("chat_member", "message_reaction", "message_reaction_count")
_EPOCH: Final = 1_767_225_600
_PER_SECOND: Final = 50
_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Update:
    """One update that waits for the bot."""

    identifier: int
    kind: str
    payload: JsonObject
    expires_at: float

    def as_json(self) -> JsonObject:
        """The `Update` of the Bot API."""
        return {"update_id": self.identifier, self.kind: self.payload}


class Updates:
    """What the bot has not confirmed yet. Identifiers grow across restarts of the sandbox too, as the real ones do."""

    def __init__(self) -> None:
        self._numbers = count(int((time.time() - _EPOCH) * _PER_SECOND))
        self._queue: deque[Update] = deque()
        self._past: deque[Update] = deque(maxlen=_REMEMBERED)
        self.allowed: tuple[str, ...] = ()

    def push(self, kind: str, payload: JsonObject, now: float) -> Update | None:
        """Queue an update, unless the bot asked not to see this kind."""
        if not self._wants(kind):
            return None
        lifetime = CALLBACK_LIFETIME if kind == "callback_query" else MESSAGE_LIFETIME
        update = Update(next(self._numbers), kind, payload, now + lifetime)
        self._queue.append(update)
        self._past.append(update)
        return update

    def push_again(self, identifier: int) -> bool:
        """Deliver an update a second time, under its own identifier, as a server that lost its offset does."""
        found = [update for update in self._past if update.identifier == identifier]
        self._queue.extendleft(update for update in found if update not in self._queue)
        return bool(found)

    def pending(self, now: float) -> list[Update]:
        """All that wait, oldest first; the expired ones are gone for ever."""
        self._queue = deque(update for update in self._queue if update.expires_at > now)
        return list(self._queue)

    def confirm_below(self, offset: int) -> None:
        """Forget everything before this identifier."""
        self._queue = deque(update for update in self._queue if update.identifier >= offset)

    def forget(self) -> None:
        """Drop everything that waits."""
        self._queue.clear()

    def _wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in _OPTIONAL
