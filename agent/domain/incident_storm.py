"""When too many groups open at once: a few ring, the others are gathered in one message until it is over."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from agent.domain.incident import IncidentSeverity

WITHIN: Final = timedelta(minutes=1)
"""In which so many groups make a storm, and after which without another one it is over."""


@dataclass(frozen=True, slots=True)
class Storm:
    """A storm that goes on.

    Attributes:
        key: what its message is known by.
        severity: the worst that its message has rung for.
    """

    key: str
    last_at: datetime
    severity: IncidentSeverity

    def is_over(self, now: datetime) -> bool:
        """Whether nothing has opened for a while."""
        return now - self.last_at >= WITHIN


def written(storm: Storm | None) -> str:
    """For the store; empty for none."""
    return "" if storm is None else json.dumps([storm.key, storm.last_at.isoformat(), storm.severity])


def read(text: str) -> Storm | None:
    """From the store."""
    if not text:
        return None
    key, last_at, severity = json.loads(text)
    return Storm(key, datetime.fromisoformat(last_at), IncidentSeverity(severity))
