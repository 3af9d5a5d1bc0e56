"""Silences as Alertmanager means them: which alerts one covers, and one that covers a group and nothing more."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from agent.domain.incident import Firing, Incident, IncidentSeverity
from agent.domain.matcher import Matcher
from agent.errors import Conflict

__all__ = ["MARK", "Matcher", "Silence", "breaking", "covering", "is_marked", "silence_for", "uncovered"]

MARK: Final = "tocsin incident"
"""What the comments of our own silences begin with; the incident's id follows."""

SEVERITY: Final = "severity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """One silence. `id` is empty until Alertmanager has given it one."""

    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    by: str
    comment: str
    id: str = ""

    def covers(self, labels: Mapping[str, str], now: datetime) -> bool:
        """Whether it keeps an alert with these labels quiet now."""
        if not self.matchers or not self.starts_at <= now < self.ends_at:
            return False
        return all(matcher.covers(labels) for matcher in self.matchers)


def silence_for(
    incident: Incident, by: str, length: timedelta, now: datetime, group_by: Collection[str] = ()
) -> Silence:
    """A silence for the incident's group and the severities that fire in it now, and for nothing more.

    So something worse that joins is heard, and so are other groups of the same alert. `group_by` is what the routes
    group by, where that is known.

    Raises `Conflict` for a group without labels: it would silence everything.
    """
    group = {name: value for name, value in incident.group_labels.items() if value}
    if not group:
        raise Conflict(f"Incident {incident.id} has no group labels; a silence without a matcher would silence all.")
    if length <= timedelta(0):
        raise Conflict("A silence needs a length, such as 1h.")
    alerts = incident.firing or incident.alerts
    found = {name: Matcher(name, value) for name, value in group.items()}
    found = {**_without(group, alerts, group_by), **_severities(alerts), **found}
    return Silence(
        matchers=tuple(found[name] for name in sorted(found)),
        starts_at=now,
        ends_at=now + length,
        by=by,
        comment=f"{MARK} {incident.id}: {incident.name}",
    )


def _severities(alerts: Iterable[Firing]) -> Mapping[str, Matcher]:
    """The severities that fire; no condition where no alert has one."""
    words = sorted({alert.labels.get(SEVERITY, "") for alert in alerts})
    if not any(words):
        return {}
    if len(words) == 1:
        return {SEVERITY: Matcher(SEVERITY, words[0])}
    return {SEVERITY: Matcher(SEVERITY, "|".join(map(re.escape, words)), is_regex=True)}


def _without(group: Mapping[str, str], alerts: Sequence[Firing], group_by: Collection[str]) -> Mapping[str, Matcher]:
    """The labels by which the group is told from others in that it lacks them.

    A group with labels that nothing is grouped by comes from a route that we do not know.
    """
    if not set(group) <= set(group_by):
        return {}
    lacking = [name for name in group_by if not any(alert.labels.get(name) for alert in alerts)]
    return {name: Matcher(name, "") for name in lacking}


def is_marked(silence: Silence, incident: Incident) -> bool:
    """Whether its comment says that it was made for this incident; anybody can write that."""
    return silence.comment.startswith(f"{MARK} {incident.id}:")


def covering(incident: Incident, silences: Iterable[Silence], now: datetime) -> Silence | None:
    """The silence that keeps all of the incident quiet, of several needed ones the one that ends first; or None.

    What only informs rings nobody, so beside other alerts it need not be covered.
    """
    known, needed = list(silences), []
    for alert in _that_ring(incident.firing):
        found = [each for each in known if each.covers(alert.labels, now)]
        if not found:
            return None
        needed.append(max(found, key=lambda each: each.ends_at))
    return min(needed, key=lambda each: each.ends_at, default=None)


def uncovered(incident: Incident, silences: Iterable[Silence], now: datetime) -> tuple[Firing, ...]:
    """What fires and is kept quiet by none of them."""
    known = list(silences)
    alerts = _that_ring(incident.firing)
    return tuple(alert for alert in alerts if not any(each.covers(alert.labels, now) for each in known))


def breaking(before: Incident, after: Incident, now: datetime) -> tuple[Firing, ...]:
    """What has begun in a silenced incident and is not covered by its silence; nothing while that is not known."""
    if not before.is_silenced(now) or not before.silence_matchers:
        return ()
    known = {alert.fingerprint for alert in before.firing}
    began = [alert for alert in _that_ring(after.firing) if alert.fingerprint not in known]
    return tuple(each for each in began if not all(one.covers(each.labels) for one in before.silence_matchers))


def _that_ring(alerts: Sequence[Firing]) -> Sequence[Firing]:
    return [alert for alert in alerts if alert.severity is not IncidentSeverity.INFO] or alerts
