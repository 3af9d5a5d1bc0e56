"""What becomes of an incident in people's hands: taken, left too long, kept quiet and heard again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from agent.domain.incident import Incident, IncidentSeverity
from agent.domain.matcher import Matcher
from agent.errors import Conflict


def acknowledged(incident: Incident, by: int, now: datetime, name: str = "") -> Incident:
    """The incident in somebody's hands."""
    if not incident.is_open:
        raise Conflict(f"Incident {incident.id} is resolved.")
    return replace(incident, acked_by=by, acked_at=now, acked_name=name, updated_at=now, unattended_since=None, level=0)


def lapsed(incident: Incident, now: datetime) -> Incident:
    """The incident after its acknowledgement has grown too old: unattended again, and escalated from the start."""
    return replace(incident, acked_by=None, acked_at=None, acked_name="", updated_at=now, unattended_since=now, level=0)


def has_lapsed(incident: Incident, lapse: Mapping[IncidentSeverity, timedelta], now: datetime) -> bool:
    """Whether the acknowledgement is too old while it still fires; a silence says for itself until when it holds."""
    if incident.acked_at is None or not incident.is_open or incident.is_silenced(now):
        return False
    since = max(incident.acked_at, incident.silenced_until or incident.acked_at)
    limit = lapse.get(incident.severity)
    return limit is not None and now - since >= limit


def silenced(  # noqa: PLR0913, PLR0917 - what is known of a silence
    incident: Incident,
    silence_id: str,
    by: str,
    until: datetime,
    now: datetime,
    comment: str = "",
    matchers: tuple[Matcher, ...] = (),
) -> Incident:
    """The incident while Alertmanager keeps quiet about all of it."""
    return replace(
        incident,
        silence_id=silence_id,
        silenced_by=by,
        silenced_until=until,
        silence_comment=comment,
        silence_matchers=matchers,
        updated_at=now,
    )


def unsilenced(incident: Incident, now: datetime) -> Incident:
    """The incident after its silence has ended or was taken back, or does not cover all of it any more."""
    waiting = now if incident.is_open and incident.acked_by is None else incident.unattended_since
    return replace(
        incident,
        silence_id="",
        silenced_by="",
        silenced_until=None,
        silence_comment="",
        silence_matchers=(),
        updated_at=now,
        unattended_since=waiting,
        level=0,
    )
