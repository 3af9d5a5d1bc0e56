"""Flapping: what fires again soon is the same trouble, so neither patience nor an ack nor a phone starts from zero."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from agent.domain.incident import Firing, Incident, IncidentSeverity, is_worse

STILL_THE_SAME: Final = timedelta(minutes=30)
"""What comes back so soon after it ended goes on where it was: escalation, ack and all."""

RINGS_AGAIN_AFTER: Final = timedelta(minutes=10)
"""How long an incident that comes back leaves a phone alone that it has rung already."""


def returned(before: Incident, changed: Incident, now: datetime) -> Incident:
    """An incident that fires again: as it was when it ended, or anew after a longer while, or when it is worse."""
    again = replace(
        eased(before, changed, now), resolved_at=None, recovered_at=None, times_fired=before.times_fired + 1
    )
    ended = before.resolved_at or now
    if now - ended > STILL_THE_SAME or is_news(before, changed, now):
        return unattended(again, now)
    left_alone = again.unattended_since or (now if again.acked_by is None else None)
    rung_at = None if joining(before, changed, now) else again.rung_at
    return replace(again, unattended_since=left_alone, rung_at=rung_at)


def is_news(before: Incident, changed: Incident, now: datetime) -> bool:
    """Whether it is worse than before, and was not as bad as that just now."""
    if not is_worse(changed.severity, before.severity):
        return False
    if before.eased_at is None or before.eased_from is None or now - before.eased_at > STILL_THE_SAME:
        return True
    return is_worse(changed.severity, before.eased_from)


def eased(before: Incident, changed: Incident, now: datetime) -> Incident:
    """With how bad it was, when it is less bad now; of several steps down within a short while the top one counts."""
    if not is_worse(before.severity, changed.severity):
        return changed
    lately = before.eased_at is not None and now - before.eased_at <= STILL_THE_SAME
    if lately and before.eased_from is not None and is_worse(before.eased_from, before.severity):
        return changed
    return replace(changed, eased_from=before.severity, eased_at=now)


def unattended(incident: Incident, now: datetime) -> Incident:
    """Somebody has to look, whoever had it before and whenever a phone rang for it."""
    return replace(
        incident,
        acked_by=None,
        acked_at=None,
        acked_name="",
        unattended_since=now,
        level=0,
        recovered_at=None,
        rung_at=None,
    )


def joining(before: Incident, changed: Incident, now: datetime) -> set[str]:
    """Fingerprints of critical alerts that fire now, did not before, and did not just a while ago.

    Each silence of the monitoring is an alert of its own, and yet the same trouble.
    """
    if changed.is_about_monitoring:
        return set()
    lately = {each.fingerprint for each in before.alerts if _fired_lately(each, now)}
    return {each.fingerprint for each in changed.firing if _is_critical(each)} - lately


def may_ring(incident: Incident, now: datetime, *, has_ended: bool) -> bool:
    """Whether one that is back makes a phone ring: not while somebody has it, nor when it has rung just now.

    The first time that it `has_ended` and is back it rings all the same: whoever has read that it was over has to know.
    """
    if incident.rung_at is None:
        return True
    if incident.acked_by is not None:
        return False
    is_first_return = has_ended and incident.times_fired <= 2
    return is_first_return or now - incident.rung_at >= RINGS_AGAIN_AFTER


def told_elsewhere(incident: Incident) -> Incident:
    """One that the storm's message, or whoever took it at night, has answered for: it need not ring to catch up."""
    return replace(incident, rung_at=incident.rung_at or incident.opened_at)


def _fired_lately(alert: Firing, now: datetime) -> bool:
    return _is_critical(alert) and (alert.ends_at is None or now - alert.ends_at <= STILL_THE_SAME)


def _is_critical(alert: Firing) -> bool:
    return alert.severity is IncidentSeverity.CRITICAL
