"""An incident: one Alertmanager group as the chat sees it, and who has it in hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from agent.domain.matcher import Matcher
from agent.domain.severity_words import meaning

UNCLAIMED: Final = "CriticalIncidentUnacknowledged"
"""The bundle's alert about incidents that nobody has. It is not counted among them: it would keep itself firing."""


class IncidentSeverity(StrEnum):
    """From most to least; the values are those of the alerts' label."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


MONITORING: Final = "tocsin:monitoring"
"""The group of the one incident that the agent finds by itself: nobody is there to tell of it."""

MONITORING_DOWN: Final = "MonitoringDown"


class Presence(StrEnum):
    """Whether its own message may ring. A message that is there is edited, however it stands."""

    SHOWN = "shown"
    HELD = "held"
    """It waits for the end of the quiet hours."""
    FOLDED = "folded"
    """So many came at once that it is a line of the storm's message for now."""
    LOGGED = "logged"
    """Nobody has to be told."""


@dataclass(frozen=True, slots=True)
class Firing:
    """One alert of the group.

    Attributes:
        fingerprint: what Alertmanager tells alerts apart by.
        starts_at: when it began, by the clock of whoever sent it.
        ends_at: when it resolved, by that clock, or None while it fires.
        seen_at: when we were told, by our clock.
        is_known: whether the Alertmanager that we ask was seen to know it; others may post to us as well.
        is_inferred: whether nobody has told of its end: that Alertmanager does not know it any more.
    """

    fingerprint: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime | None = None
    seen_at: datetime | None = None
    is_known: bool = False
    is_inferred: bool = False

    @property
    def since(self) -> datetime:
        """When it began; never later than we heard of it, whatever the sender's clock says."""
        return min(self.starts_at, self.seen_at or self.starts_at)

    @property
    def severity(self) -> IncidentSeverity:
        """Its own."""
        return severity_of([self.labels.get("severity", "")])

    @property
    def says_how_bad(self) -> bool:
        """Whether its severity is a word that we know."""
        return bool(meaning(self.labels.get("severity", "")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One group of alerts in the chat.

    Attributes:
        id: short enough to be typed.
        group_key: Alertmanager's name of the group.
        group_hash: receiver and group labels, which survive a change of the route.
        acked_by: the Telegram user who has it in hand, or None.
        rings: for each chat how many messages it has had there; the last one is the one that is edited.
        rung_at: when it last made a phone ring for what it is now.
        unattended_since: since when somebody should look and nobody has said so; escalation counts from here.
        level: how many steps of the escalation have been taken.
        silenced_until: while all of it is silenced in Alertmanager.
        silence_comment: what the author of a silence that was made elsewhere has written.
        silence_matchers: what that silence covers; empty while it is not known.
        own_silences: the ids of the silences that were made from the chat for it; only those are ended from there.
        recovered_at: when the exit criteria were met.
        times_fired: how often all of it has begun to fire.
        began_at: when the first alert of all began.
        eased_from: what its severity was before it fell, at `eased_at`.
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
    receiver: str = ""
    group_labels: Mapping[str, str] = field(default_factory=dict)
    presence: Presence = Presence.SHOWN
    rings: Mapping[str, int] = field(default_factory=dict)
    rung_at: datetime | None = None
    unattended_since: datetime | None = None
    level: int = 0
    acked_name: str = ""
    silenced_by: str = ""
    silenced_until: datetime | None = None
    recovered_at: datetime | None = None
    times_fired: int = 1
    began_at: datetime | None = None
    eased_from: IncidentSeverity | None = None
    eased_at: datetime | None = None
    silence_comment: str = ""
    silence_matchers: tuple[Matcher, ...] = ()
    own_silences: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something still fires."""
        return self.resolved_at is None

    @property
    def firing(self) -> tuple[Firing, ...]:
        """The alerts that fire now."""
        return tuple(alert for alert in self.alerts if alert.ends_at is None)

    @property
    def began(self) -> datetime:
        """When the first alert of all began, however often it has fired since."""
        return self.began_at or min((each.since for each in self.alerts), default=self.opened_at)

    @property
    def foremost(self) -> Firing | None:
        """The alert whose words stand for the group: the worst of those that fire, then the oldest."""
        alerts = self.firing or self.alerts
        return min(alerts, key=lambda each: (_RANK[each.severity], each.starts_at), default=None)

    @property
    def about(self) -> str:
        """The name of that alert: whose runbook holds for the group, and whose steps are those that can be run."""
        alert = self.foremost
        return (alert and alert.labels.get("alertname")) or self.name

    @property
    def title(self) -> str:
        """The alert that it is about, and of which group it is where the group has others as well."""
        names = {alert.labels.get("alertname", "") for alert in self.alerts}
        if self.group_labels.get("alertname") or (names | {self.name}) <= {self.about, ""}:
            return self.about
        group = " ".join(self.group_labels.values()) or ("alerts" if self.name in names else self.name)
        return f"{self.about} (group {group})"

    @property
    def may_wait(self) -> bool:
        """Whether quiet hours hold it back: never what is critical, nor what nobody knows the weight of."""
        return not self.is_critical and bool(self.firing) and all(alert.says_how_bad for alert in self.firing)

    @property
    def chats(self) -> tuple[int, ...]:
        """Where its message is."""
        return tuple(map(int, self.rings))

    @property
    def is_critical(self) -> bool:
        """Whether it pages."""
        return self.severity is IncidentSeverity.CRITICAL

    @property
    def is_about_monitoring(self) -> bool:
        """Whether it is the agent's own, that the monitoring is down; Alertmanager knows nothing of it."""
        return self.group_key == MONITORING

    def is_silenced(self, now: datetime) -> bool:
        """Whether Alertmanager keeps quiet about it."""
        return self.silenced_until is not None and now < self.silenced_until

    @property
    def is_silenced_from_here(self) -> bool:
        """Whether the silence that is shown was made from the chat, and may be ended from there."""
        return self.silence_id in self.own_silences

    def is_unattended(self, now: datetime) -> bool:
        """Whether somebody should look and nobody does."""
        return self.is_open and self.acked_by is None and not self.is_silenced(now)


_RANK: Final = {severity: rank for rank, severity in enumerate(IncidentSeverity)}


def severity_of(labels: Iterable[str]) -> IncidentSeverity:
    """The worst of the alerts' severities, in whatever words; an unknown one is taken for a warning, never for less."""
    known = [IncidentSeverity(meaning(word) or IncidentSeverity.WARNING) for word in labels]
    return min(known, key=lambda severity: _RANK[severity], default=IncidentSeverity.WARNING)


def let_be(incident: Incident) -> Incident:
    """The incident when nothing is owed any more: its message stands where there is one."""
    return replace(incident, presence=Presence.SHOWN if incident.rings else Presence.LOGGED)


def is_worse(one: IncidentSeverity, other: IncidentSeverity) -> bool:
    """Whether the first is more severe."""
    return _RANK[one] < _RANK[other]
