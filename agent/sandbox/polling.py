"""Who is polling: the newest call wins, the one before it is told of the conflict."""

from dataclasses import dataclass
from typing import Final

from agent.sandbox.errors import OTHER_POLLER

CONFLICT_DELAY: Final = 3.0
RETRY_WINDOW: Final = 0.5


@dataclass(slots=True)
class Polling:
    """The turn of the newest poller, and what its predecessor is told.

    Attributes:
        gentle_until: until this moment a further conflict is answered late.
    """

    turn: int = 0
    reason: str = OTHER_POLLER
    gentle_until: float = 0.0
    last_offset: int | None = None
    last_end: float = 0.0

    def take_over(self, reason: str = OTHER_POLLER) -> int:
        """End the turn of whoever polls now; the number of the new turn."""
        self.turn += 1
        self.reason = reason
        return self.turn

    def conflict_pause(self, now: float) -> float:
        """How long the 409 is held back: the first is told at once, those right after it are not."""
        if now >= self.gentle_until:
            self.gentle_until = now + CONFLICT_DELAY
            return 0.0
        return CONFLICT_DELAY

    def hurried(self, offset: int, now: float) -> bool:
        """Whether the same offset was asked for a moment ago: such a call gets one update at most."""
        return offset == self.last_offset and now - self.last_end < RETRY_WINDOW

    def ended(self, offset: int, now: float) -> None:
        """Remember the last answered poll."""
        self.last_offset, self.last_end = offset, now
