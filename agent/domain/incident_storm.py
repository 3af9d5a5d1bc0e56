"""When too many groups open at once: a few ring, the others are gathered in one message until it is over."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from agent.domain.incident import Incident, IncidentSeverity, is_worse

WITHIN: Final = timedelta(minutes=1)
"""In which so many groups make a storm, and after which without another one it is over."""


class Owed(StrEnum):
    """What the storm's message has yet to do."""

    NOTHING = "nothing"
    EDIT = "edit"
    RING = "ring"


@dataclass(frozen=True, slots=True)
class Storm:
    """A storm that goes on.

    Attributes:
        key: what its message is known by.
        severity: the worst that its message rings for; one of information alone rings for nobody.
        messages: how many it has had; the last one is the one that is edited.
    """

    key: str
    last_at: datetime
    severity: IncidentSeverity
    owed: Owed = Owed.RING
    messages: int = 0

    @property
    def is_loud(self) -> bool:
        """Whether phones have rung for it, so that what comes next is one line of many; information hides nothing."""
        return self.severity is not IncidentSeverity.INFO

    def is_over(self, now: datetime) -> bool:
        """Whether nothing has opened for a while."""
        return now - self.last_at >= WITHIN


def begun(first: Incident, now: datetime) -> Storm:
    """With the first incident that it takes."""
    storm = Storm(first.id, now, first.severity)
    return storm if storm.is_loud else replace(storm, owed=Owed.EDIT)


def joined(storm: Storm, incident: Incident, now: datetime) -> Storm:
    """With one more; its message rings again for something worse than all before. Information makes none longer."""
    if is_worse(incident.severity, storm.severity):
        return replace(storm, last_at=now, severity=incident.severity, owed=Owed.RING)
    if storm.is_loud and incident.severity is IncidentSeverity.INFO:
        return changed(storm)
    return replace(changed(storm), last_at=now)


def changed(storm: Storm) -> Storm:
    """When something in its message is out of date."""
    return replace(storm, owed=Owed.EDIT) if storm.owed is Owed.NOTHING else storm


def told(storm: Storm) -> Storm:
    """When its message is up to date."""
    messages = storm.messages + (storm.owed is Owed.RING)
    return replace(storm, owed=Owed.NOTHING, messages=messages)


def written(storm: Storm | None) -> str:
    """For the store; empty for none."""
    if storm is None:
        return ""
    return json.dumps([storm.key, storm.last_at.isoformat(), storm.severity, storm.owed, storm.messages])


def read(text: str) -> Storm | None:
    """From the store."""
    if not text:
        return None
    key, last_at, severity, owed, messages = json.loads(text)
    return Storm(key, datetime.fromisoformat(last_at), IncidentSeverity(severity), Owed(owed), messages)
