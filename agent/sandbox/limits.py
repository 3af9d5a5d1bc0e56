"""Telegram's own flood limits, off until `/sim/limits` switches them on."""

import math
from dataclasses import dataclass, field
from typing import Final

from agent.sandbox.errors import too_many_requests

_MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is allowed; nothing is limited where it says None.

    Attributes:
        per_chat: messages and edits a second into one chat.
        per_chat_burst: how many may come at once before that rate holds.
        overall: messages and edits a second into all chats together.
        per_group: messages and edits a minute into one group.
    """

    per_chat: float | None = None
    per_chat_burst: int = 1
    overall: float | None = None
    per_group: int | None = None


@dataclass(slots=True)
class _Bucket:
    rate: float
    size: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until one more fits."""
        self.level = min(self.size, self.level + max(0.0, now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.level >= 1 else (1 - self.level) / self.rate


@dataclass(slots=True)
class Throttle:
    """Counts what was sent and refuses what is too much."""

    limits: Limits = field(default_factory=Limits)
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def configure(self, limits: Limits) -> None:
        """Start counting anew under these limits."""
        self.limits = limits
        self._buckets.clear()

    def admit(self, chat_id: int, now: float) -> None:
        """Count one message or edit; refuse it, uncounted, when it does not fit."""
        buckets = self._of(chat_id, now)
        wait = max((bucket.wait(now) for bucket in buckets), default=0.0)
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        for bucket in buckets:
            bucket.level -= 1

    def _of(self, chat_id: int, now: float) -> list[_Bucket]:
        limits, found = self.limits, []
        if limits.per_chat is not None:
            found.append(self._bucket(f"chat {chat_id}", limits.per_chat, limits.per_chat_burst, now))
        if limits.overall is not None:
            found.append(self._bucket("overall", limits.overall, max(1.0, limits.overall), now))
        if limits.per_group is not None and chat_id < 0:
            found.append(self._bucket(f"group {chat_id}", limits.per_group / _MINUTE, limits.per_group, now))
        return found

    def _bucket(self, name: str, rate: float, size: float, now: float) -> _Bucket:
        return self._buckets.setdefault(name, _Bucket(rate, size, size, now))
