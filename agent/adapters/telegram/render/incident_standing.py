"""How an incident stands: since when, how often, who has it, who keeps it quiet, and how far it has been escalated."""

from datetime import datetime

from agent.adapters.telegram.render.html import bold, code, joined, line
from agent.adapters.telegram.render.human import ago, counted, duration, moment
from agent.domain.incident import Incident
from agent.domain.incident_watch import GIVEN_UP


def standing(incident: Incident, now: datetime) -> str:
    """A line for each that there is to say."""
    began = min((each.since for each in incident.firing or incident.alerts), default=incident.opened_at)
    if incident.resolved_at is not None:
        over = f"Exit criteria met {moment(incident.recovered_at, now)}." if incident.recovered_at else ""
        guessed = any(alert.is_inferred for alert in incident.alerts)
        why = "Nobody said so: Alertmanager does not know it any more." if guessed else ""
        lasted = _lasted(began, incident.resolved_at, incident, now)
        return joined(lasted, why, _owner(incident, now), over)
    more = (_often(incident, now), _owner(incident, now), _silence(incident, now), _escalated(incident))
    return joined(f"Since {moment(began, now)} ({ago(began, now)}).", *more)


def monitoring(incident: Incident, now: datetime) -> str:
    """All of the message of the incident that the monitoring is down."""
    silent = f"{moment(_last_began(incident), now)}. {code(incident.id, 40)}"
    if not incident.is_open:
        given_up = any(GIVEN_UP in alert.annotations for alert in incident.alerts)
        what = "The watch over the monitoring was switched off" if given_up else "Monitoring is back"
        return joined(f"✅ {bold(what)}: it had been silent since {silent}", standing(incident, now))
    why = "Until it is back, no alert can be trusted to arrive. Check Prometheus, Alertmanager and the way here."
    head = f"🚨 {bold('Monitoring is down')}: no heartbeat since {silent}"
    return joined(head, why, _often(incident, now), _owner(incident, now), _escalated(incident))


def hand(incident: Incident, now: datetime) -> str:
    """Who has it, in a list."""
    if incident.is_silenced(now):
        return _silence(incident, now)
    if incident.acked_by is None or incident.acked_at is None:
        return "❗ nobody has it"
    return f"👤 {line(name_of(incident), 60)}, {ago(incident.acked_at, now)}"


def name_of(incident: Incident) -> str:
    """Whoever has it."""
    return incident.acked_name or f"user {incident.acked_by}"


def _escalated(incident: Incident) -> str:
    return f"📣 Escalated, step {incident.level}: nobody has taken it." if incident.level else ""


def _often(incident: Incident, now: datetime) -> str:
    if incident.times_fired < 2:
        return ""
    return f"🔁 Fired {counted(incident.times_fired, 'time')} since {moment(incident.began, now)}."


def _lasted(began: datetime, ended: datetime, incident: Incident, now: datetime) -> str:
    if incident.times_fired < 2:
        return f"From {moment(began, now)} to {moment(ended, now)}, {duration(ended - began)}."
    often, whole = counted(incident.times_fired, "time"), duration(ended - incident.began)
    last, first = duration(ended - _last_began(incident)), moment(incident.began, now)
    return f"🔁 Fired {often} from {first} to {moment(ended, now)}, {whole}; the last time for {last}."


def _last_began(incident: Incident) -> datetime:
    """When it began the last time: of what fires, or of what has ended last."""
    latest = max(incident.alerts, key=lambda each: (each.ends_at is None, each.ends_at or each.since), default=None)
    return latest.since if latest else incident.opened_at


def _owner(incident: Incident, now: datetime) -> str:
    if incident.acked_by is None or incident.acked_at is None:
        return ""
    return f"👤 {line(name_of(incident), 60)} has it since {moment(incident.acked_at, now)}."


def _silence(incident: Incident, now: datetime) -> str:
    if not incident.is_silenced(now) or incident.silenced_until is None:
        return ""
    who = line(incident.silenced_by, 80) or "somebody"
    said = f" in Alertmanager: {line(incident.silence_comment, 200)}" if incident.silence_comment.strip() else "."
    return f"🔕 Silenced by {who} until {moment(incident.silenced_until, now)}{said}"
