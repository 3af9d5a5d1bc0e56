"""What Alertmanager tells about a group, and what that changes: an older state never overrides a newer one.

Notices arrive twice, late and in any order. The alerts' own moments decide, not the order of arrival: of two states
of an alert the one whose last moment is later wins, and an end wins over a beginning. So every order leads to the
same alerts. A sender whose clock runs ahead cannot name a moment later than the one at which we heard of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from agent.domain.incident import Firing, Incident, IncidentSeverity, is_worse, severity_of
from agent.domain.incident_flapping import eased, is_news, joining, returned, unattended

REOPENS_WITHIN: Final = timedelta(hours=24)
"""How long after its resolution the same group is the same incident, unless the exit criteria were met before."""

RESTATED_AFTER: Final = timedelta(minutes=1)
"""How often a message is changed for new values alone; in a storm those edits would stand before what matters."""

MOST_ENDED: Final = 2000
"""Of the alerts that have ended in one incident the newest so many are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One webhook of Alertmanager about one group.

    Attributes:
        group_hash: of receiver and group labels.
        truncated: alerts of the group that were left out or could not be read.
        told_at: when it was accepted, by our clock.
        more_fire: whether some of those that were left out may fire.
        undated: the fingerprints of alerts of which nobody has said when they began; the moment of arrival stands in.
    """

    group_key: str
    group_hash: str
    receiver: str
    group_labels: Mapping[str, str]
    alerts: tuple[Firing, ...]
    told_at: datetime
    truncated: int = 0
    more_fire: bool = False
    undated: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What the group is called: its alert's name, or its labels."""
        named = {alert.labels.get("alertname", "") for alert in self.alerts} - {""}
        if "alertname" in self.group_labels or len(named) != 1:
            return self.group_labels.get("alertname", "") or " ".join(self.group_labels.values()) or "alerts"
        return named.pop()

    @property
    def system(self) -> str:
        """The system that all of its alerts belong to, or empty."""
        systems = {alert.labels.get("system", "") for alert in self.alerts}
        return systems.pop() if len(systems) == 1 else self.group_labels.get("system", "")


class News(Enum):
    """What a notice means to the people."""

    NOTHING = auto()
    RESTATED = auto()
    CHANGED = auto()
    OPENED = auto()
    REOPENED = auto()
    WORSENED = auto()
    JOINED = auto()
    RESOLVED = auto()


RINGING: Final = frozenset({News.OPENED, News.REOPENED, News.WORSENED, News.JOINED})
"""When somebody has to look, so that the phone rings; what comes back may have rung already."""

COMING_BACK: Final = frozenset({News.REOPENED, News.WORSENED})
"""What may be mere flapping."""


def later(known: Firing, told: Firing) -> Firing:
    """Which of two states of one alert is the newer. An end that nobody has told of is none beside one of a webhook."""
    if known.is_inferred and not told.is_inferred:
        return told
    if known.starts_at == told.starts_at and (known.ends_at is None) != (told.ends_at is None):
        newer = known if known.ends_at is not None else told
    else:
        newer = told if _turn(told) >= _turn(known) else known
    seen = [moment for moment in (known.seen_at, told.seen_at) if moment is not None]
    if known.starts_at != told.starts_at:
        return newer
    newer = replace(newer, is_known=known.is_known or told.is_known)
    return replace(newer, seen_at=min(seen)) if seen and newer.ends_at is None else newer


def _turn(alert: Firing) -> tuple[datetime, bool, datetime]:
    last = alert.ends_at or alert.starts_at
    return min(last, alert.seen_at or last), alert.ends_at is not None, alert.starts_at


def merged(known: Iterable[Firing], told: Iterable[Firing]) -> tuple[Firing, ...]:
    """All alerts of both, each in its newest state; those that fire first, then by when they began."""
    found = {alert.fingerprint: alert for alert in known}
    for alert in told:
        found[alert.fingerprint] = later(found[alert.fingerprint], alert) if alert.fingerprint in found else alert
    firing = [alert for alert in found.values() if alert.ends_at is None]
    ended = sorted((alert for alert in found.values() if alert.ends_at is not None), key=_turn, reverse=True)
    firing.sort(key=lambda alert: (alert.starts_at, alert.fingerprint))
    return (*firing, *ended[:MOST_ENDED])


def dated(known: Iterable[Firing], notice: Notice) -> Iterable[Firing]:
    """The alerts of a notice; one without a beginning that is known to fire has begun when it did."""
    if not notice.undated:
        return notice.alerts
    began = {alert.fingerprint: alert.starts_at for alert in known if alert.ends_at is None}
    return [
        replace(alert, starts_at=began.get(alert.fingerprint, alert.starts_at))
        if alert.fingerprint in notice.undated
        else alert
        for alert in notice.alerts
    ]


def begun(notice: Notice, incident_id: str, now: datetime) -> tuple[Incident, News]:
    """The first that is heard of a group. One that has ended already is kept, so that older news finds it ended."""
    alerts = merged((), notice.alerts)
    firing = [alert for alert in alerts if alert.ends_at is None]
    fires = bool(firing) or notice.more_fire
    incident = Incident(
        id=incident_id,
        group_key=notice.group_key,
        group_hash=notice.group_hash,
        name=notice.name,
        system=notice.system,
        severity=_worst(firing or alerts),
        opened_at=now,
        updated_at=now,
        alerts=alerts,
        truncated=notice.truncated,
        receiver=notice.receiver,
        group_labels=dict(notice.group_labels),
        resolved_at=None if fires else now,
        unattended_since=now if fires else None,
        began_at=min((each.since for each in alerts), default=now),
    )
    return incident, News.OPENED if fires else News.NOTHING


def absorbed(incident: Incident, notice: Notice, now: datetime) -> tuple[Incident, News]:
    """The incident after a notice, and what that means."""
    alerts = merged(incident.alerts, dated(incident.alerts, notice))
    firing = tuple(alert for alert in alerts if alert.ends_at is None)
    fires = bool(firing) or notice.more_fire
    unchanged = _same(alerts, incident.alerts) and notice.truncated == incident.truncated
    if unchanged and fires == incident.is_open:
        return incident, News.NOTHING
    changed = replace(
        incident,
        alerts=alerts,
        truncated=notice.truncated,
        group_key=notice.group_key,
        group_hash=notice.group_hash,
        updated_at=now,
        severity=_worst(firing) if firing else incident.severity,
    )
    if not fires:
        return _ended(changed, now), News.RESOLVED if incident.is_open else News.NOTHING
    if incident.is_open and _only_restated(incident, changed) and now - incident.updated_at < RESTATED_AFTER:
        return replace(changed, updated_at=incident.updated_at), News.RESTATED
    return _standing(incident, changed, now)


def starts_anew(incident: Incident, notice: Notice, now: datetime) -> bool:
    """Whether what fires again is another incident: too long after the last, or after its exit criteria were met."""
    if incident.resolved_at is None:
        return False
    over = incident.recovered_at is not None or now - incident.resolved_at > REOPENS_WITHIN
    return over and any(alert.ends_at is None for alert in merged(incident.alerts, dated(incident.alerts, notice)))


def _standing(before: Incident, changed: Incident, now: datetime) -> tuple[Incident, News]:
    if not before.is_open:
        return returned(before, changed, now), News.REOPENED
    if is_news(before, changed, now):
        return unattended(changed, now), News.WORSENED
    if before.acked_by is not None and joining(before, changed, now):
        return eased(before, changed, now), News.JOINED
    if is_worse(changed.severity, before.severity):
        return changed, News.WORSENED
    return eased(before, changed, now), News.CHANGED


def _ended(incident: Incident, now: datetime) -> Incident:
    return replace(incident, resolved_at=incident.resolved_at or now, truncated=0)


def _worst(alerts: Iterable[Firing]) -> IncidentSeverity:
    return severity_of(alert.labels.get("severity", "") for alert in alerts)


def _only_restated(before: Incident, changed: Incident) -> bool:
    moments = [[(each.fingerprint, each.starts_at, each.ends_at) for each in one.alerts] for one in (before, changed)]
    return moments[0] == moments[1] and before.truncated == changed.truncated and before.severity is changed.severity


def _same(some: Iterable[Firing], others: Iterable[Firing]) -> bool:
    return [_shown(each) for each in some] == [_shown(each) for each in others]


def _shown(alert: Firing) -> tuple[object, ...]:
    return alert.fingerprint, alert.starts_at, alert.ends_at, dict(alert.annotations)
