"""When an incident is over and not merely quiet: the exit criteria of the runbook."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.domain.catalog import Catalogue
from agent.domain.incident import Firing, Incident, IncidentSeverity


@dataclass(frozen=True, slots=True)
class Exit:
    """How an incident stands against the criteria.

    Attributes:
        blocked_by: names of alerts that fire in its system and hold it up: critical ones, and missed objectives.
        quiet_since: the last moment at which something critical or of the incident itself fired.
    """

    blocked_by: tuple[str, ...]
    quiet_since: datetime | None

    def is_met(self, now: datetime, window: timedelta) -> bool:
        """Whether nothing holds it up and enough time has passed."""
        return not self.blocked_by and self.quiet_since is not None and now - self.quiet_since >= window


def standing(incident: Incident, of_system: Iterable[Incident], catalogue: Catalogue) -> Exit:
    """The incident among all of its system, those that resolved lately included.

    While the monitoring is down nobody knows what fires, so that holds up everything, and the time after it counts.
    Moments are those of our own clock: when we heard that something had ended.
    """
    others = [each for each in of_system if _bears_on(each, incident)]
    firing = [alert for each in others for alert in each.firing]
    blocked = {_name(alert) for alert in firing if _holds_up(alert, catalogue)}
    if incident.is_open:
        blocked |= {_name(alert) for alert in incident.firing}
    ends = [each.resolved_at for each in others if each.resolved_at and (each.is_critical or each.id == incident.id)]
    return Exit(tuple(sorted(blocked)), max(ends, default=None))


def _bears_on(other: Incident, incident: Incident) -> bool:
    return other.system == incident.system or other.id == incident.id or other.is_about_monitoring


def _holds_up(alert: Firing, catalogue: Catalogue) -> bool:
    return alert.severity is IncidentSeverity.CRITICAL or catalogue.about(_name(alert)).on_objective


def _name(alert: Firing) -> str:
    return alert.labels.get("alertname", "an alert")
