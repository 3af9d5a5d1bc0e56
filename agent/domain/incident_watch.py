"""Watching the watcher: the monitoring's heartbeat, and what its absence means."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto


class Heard(Enum):
    """What there is to say about the monitoring."""

    NOTHING = auto()
    SILENT = auto()
    BACK = auto()


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is known.

    Attributes:
        heard_at: when the last heartbeat was accepted, by our clock, or None.
        silent_since: the last sign of life before the silence that was announced, or None.
    """

    heard_at: datetime | None = None
    silent_since: datetime | None = None


def judged(pulse: Pulse, watched_since: datetime, now: datetime, period: timedelta, *, expected: bool) -> Heard:
    """Whether to speak.

    Silence counts from the last heartbeat, but never from before this life of the agent: while it was down it could
    not hear. Before the first heartbeat ever it counts only where one is `expected`.
    """
    if pulse.heard_at is None and not expected:
        return Heard.NOTHING
    last = max(pulse.heard_at or watched_since, watched_since)
    if pulse.silent_since is not None:
        is_back = pulse.heard_at is not None and pulse.heard_at > pulse.silent_since and now - pulse.heard_at < period
        return Heard.BACK if is_back else Heard.NOTHING
    return Heard.SILENT if now - last >= period else Heard.NOTHING
