"""An incident: one Alertmanager group as the chat sees it, and who has it in hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from agent.errors import Conflict


class IncidentSeverity(StrEnum):
    """From most to least; the values are those of the alerts' label."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Firing:
    """One alert of the group.

    Attributes:
        fingerprint: what Alertmanager tells alerts apart by.
        ends_at: when it resolved, or None while it fires.
    """

    fingerprint: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One group of alerts in the chat.

    Attributes:
        id: short enough to be typed.
        group_key: Alertmanager's name of the group.
        group_hash: receiver and group labels, which survive a change of the route.
        acked_by: the Telegram user who has it in hand, or None.
    """

    id: str
    group_key: str
    group_hash: str
    name: str
    system: str
    severity: IncidentSeverity
    opened_at: datetime
    updated_at: datetime
    alerts: tuple[Firing, ...] = ()
    truncated: int = 0
    resolved_at: datetime | None = None
    acked_by: int | None = None
    acked_at: datetime | None = None
    silence_id: str = ""

    @property
    def is_open(self) -> bool:
        """Whether something still fires."""
        return self.resolved_at is None

    @property
    def firing(self) -> tuple[Firing, ...]:
        """The alerts that fire now."""
        return tuple(alert for alert in self.alerts if alert.ends_at is None)


_RANK: Final = {severity: rank for rank, severity in enumerate(IncidentSeverity)}


def severity_of(labels: Iterable[str]) -> IncidentSeverity:
    """The worst of the alerts' severities; an unknown word is taken for a warning, never for less."""
    known = [IncidentSeverity(word) if word in _RANK else IncidentSeverity.WARNING for word in labels]
    return min(known, key=lambda severity: _RANK[severity], default=IncidentSeverity.WARNING)


def acknowledged(incident: Incident, by: int, now: datetime) -> Incident:
    """The incident in somebody's hands."""
    if not incident.is_open:
        raise Conflict(f"Incident {incident.id} is resolved.")
    return replace(incident, acked_by=by, acked_at=now, updated_at=now)


def lapsed(incident: Incident, now: datetime) -> Incident:
    """The incident after its acknowledgement has grown too old."""
    return replace(incident, acked_by=None, acked_at=None, updated_at=now)
