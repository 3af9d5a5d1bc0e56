"""Escalation: which steps are due for an incident that nobody has taken, the last of them again and again."""

from dataclasses import dataclass
from datetime import datetime

from agent.domain.incident import Incident
from agent.domain.rota import EscalationStep, Rota


@dataclass(frozen=True, slots=True)
class Rise:
    """Steps to take now, usually one, several after a long time without the agent; and the level after them."""

    steps: tuple[EscalationStep, ...]
    level: int


def due(incident: Incident, rota: Rota, now: datetime) -> Rise | None:
    """What is due, or None. A repetition of the last step counts as a level of its own; missed ones are one."""
    since, steps = _left_alone(incident, now), rota.escalation
    if since is None or not steps:
        return None
    waited, level = now - since, incident.level
    ripe = tuple(step for step in steps[level:] if step.after <= waited)
    if level + len(ripe) < len(steps):
        return Rise(ripe, level + len(ripe)) if ripe else None
    again = max((waited - steps[-1].after) // rota.repeat, 0) if rota.repeat else 0
    if ripe:
        return Rise(ripe, len(steps) + again)
    return Rise(steps[-1:], len(steps) + again) if len(steps) + again > level else None


def hurried(incident: Incident, rota: Rota, now: datetime) -> Rise | None:
    """The next step before its time, because the present one has reached nobody; None when there is none left."""
    if _left_alone(incident, now) is None or incident.level >= len(rota.escalation):
        return None
    return Rise(rota.escalation[incident.level : incident.level + 1], incident.level + 1)


def told_last(incident: Incident, rota: Rota, now: datetime) -> tuple[int, ...]:
    """The chats of the step that was taken last; before the first one those where everything is posted."""
    taken = rota.escalation[: incident.level]
    return rota.told_by(taken[-1], now) if taken else rota.chats


def _left_alone(incident: Incident, now: datetime) -> datetime | None:
    """Since when something critical has waited for somebody, or None; what was silent waits since its silence ended."""
    if not incident.is_critical or not incident.is_unattended(now) or incident.unattended_since is None:
        return None
    return max(incident.unattended_since, incident.silenced_until or incident.unattended_since)
