"""Watching the watcher: the monitoring's heartbeat, and what its absence means."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from agent.domain.incident import MONITORING, MONITORING_DOWN, Firing, IncidentSeverity
from agent.domain.incident_notice import Notice

NEVER: Final = timedelta.max
"""How long the heartbeat may stay away where nobody watches."""

_LABELS: Final = {"alertname": MONITORING_DOWN, "severity": IncidentSeverity.CRITICAL.value, "system": "monitoring"}
GIVEN_UP: Final = "given_up"
"""The annotation of one that ended because nobody watches any more, not because the monitoring is back."""

_ANNOTATIONS: Final = {"summary": "The monitoring's heartbeat has stopped: no alert can be trusted to arrive."}


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
    if period == NEVER:
        return Heard.NOTHING if pulse.silent_since is None else Heard.BACK  # nothing else could ever end it
    if pulse.heard_at is None and not expected:
        return Heard.NOTHING
    last = max(pulse.heard_at or watched_since, watched_since)
    if pulse.silent_since is not None:
        is_back = pulse.heard_at is not None and pulse.heard_at > pulse.silent_since and now - pulse.heard_at < period
        return Heard.BACK if is_back else Heard.NOTHING
    return Heard.SILENT if now - last >= period else Heard.NOTHING


def is_heard(pulse: Pulse, watched_since: datetime, now: datetime, period: timedelta, *, expected: bool) -> bool:
    """Whether no news can be taken for good news.

    Other than for `judged`, what was heard before this life of the agent counts for nothing when it is too old: it was
    deaf meanwhile. Only where none was ever heard, the first one has a period to come.
    """
    if pulse.heard_at is None:
        return not expected or now - watched_since < period
    return now - pulse.heard_at < period


def alarm(silent_since: datetime, now: datetime, *, over: bool, given_up: bool = False) -> Notice:
    """What Alertmanager would tell if it could: the monitoring is down, or is back.

    Every silence is an alert of its own in one group that Alertmanager does not know and that no silence can match.
    """
    alert = Firing(
        fingerprint=f"{MONITORING}:{silent_since.isoformat()}",
        labels=_LABELS,
        annotations={**_ANNOTATIONS, GIVEN_UP: "yes"} if given_up else _ANNOTATIONS,
        starts_at=silent_since,
        ends_at=now if over else None,
        seen_at=now,
    )
    return Notice(
        group_key=MONITORING, group_hash=MONITORING, receiver="", group_labels={}, alerts=(alert,), told_at=now
    )
