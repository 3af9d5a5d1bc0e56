"""Incidents in words: what is wrong, since when, how far it reaches, what to do, and who has it in hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from agent.adapters.telegram.forms import width
from agent.adapters.telegram.render.charts import charted
from agent.adapters.telegram.render.html import LIMIT, bold, code, joined, line, page
from agent.adapters.telegram.render.human import ago, counted, duration, moment
from agent.adapters.telegram.render.incident_actions import action
from agent.adapters.telegram.render.incident_buttons import buttons
from agent.adapters.telegram.render.incident_parts import blast_radius, link, listed, step_lines, told
from agent.domain.catalog import Catalogue, Known
from agent.domain.chart import Chart
from agent.domain.incident import Incident, IncidentSeverity
from agent.domain.incident_action import Action
from agent.ports import Words

_SIGNS: Final = {IncidentSeverity.CRITICAL: "🔴", IncidentSeverity.WARNING: "🟡", IncidentSeverity.INFO: "🔵"}
_ORDER: Final = tuple(IncidentSeverity)
FIRST_STEPS: Final = 3


class TelegramIncidents:
    """Keeps `ports.IncidentPresenter`."""

    def __init__(self, catalogue: Catalogue, *, with_charts: bool = False) -> None:
        self._catalogue = catalogue
        self._with_charts = with_charts

    def incident(self, incident: Incident, now: datetime) -> Words:
        known = self._catalogue.about(incident.name)
        head = joined(self._head(incident), self._what(incident, known), _standing(incident, now))
        foot = joined(self._steps(known) if incident.is_open else "", _links(incident, known))
        room = LIMIT - width(head) - width(foot) - 200
        under = buttons(incident, known, now, with_charts=self._with_charts)
        return Words(joined(head, _alerts(incident, known, room), foot, by="\n\n"), under)

    def storm(self, folded: Sequence[Incident], now: datetime, *, over: bool) -> Words:
        firing = sum(len(each.firing) + each.truncated for each in folded)
        still = [each for each in folded if each.is_open]
        told_of = f"{counted(len(folded), 'more group')} with {counted(firing, 'alert')} firing"
        head = f"🌩 {bold('Storm')}{' is over' if over else ''}: {told_of}, {len(folded) - len(still)} resolved."
        foot = "Each has its own message now." if over else "Each gets its own message when it is over; /alerts now."
        return Words(page(head, [_row(each) for each in _worst_first(folded)], foot))

    def escalated(self, incidents: Sequence[Incident], now: datetime) -> Words:
        head = f"📣 {bold('Nobody has taken ' + counted(len(incidents), 'critical incident'))}"
        return Words(page(head, [_row(each) for each in incidents], "/ack ID takes one, /alerts shows them."))

    def moved(self, incident: Incident) -> Words:
        return Words(f"⬇️ Incident {code(incident.id, 40)} {line(incident.name, 120)} goes on further down.")

    def action(self, action_: Action) -> Words:
        return action(action_)

    def recovered(self, incidents: Sequence[Incident], now: datetime) -> Words:
        head = f"🏁 {bold('Exit criteria met')}: no critical alert and no missed objective since they resolved."
        return Words(page(head, [_row(each) for each in incidents], "/timeline ID has the review's beginning."))

    def monitoring(self, silent_since: datetime, now: datetime, *, back: bool) -> Words:
        if back:
            return Words(f"✅ {bold('Monitoring is back')}: it had been silent since {moment(silent_since)}.")
        why = "Until it is back, no alert can be trusted to arrive. Check Prometheus, Alertmanager and the way here."
        return Words(f"🚨 {bold('Monitoring is down')}: no heartbeat since {moment(silent_since)}.\n{why}")

    def chart(self, incident: Incident | None, chart: Chart) -> Words:
        return charted(incident, chart)

    def unreadable(self, count: int, why: str) -> Words:
        said = (
            f"⚠️ {counted(count, 'alert group')} from Alertmanager could not be read today. The last: {line(why, 300)}"
        )
        return Words(f"{said}\nThey are kept in the inbox as failed.")

    def _head(self, incident: Incident) -> str:
        sign = _SIGNS[incident.severity] if incident.is_open else "✅"
        sev = self._catalogue.sev_of(incident.name, incident.severity)
        rank = f"{sev} {incident.severity}".strip() if incident.is_open else f"Resolved · {incident.severity}"
        where = joined(line(incident.system, 80), code(incident.id, 40), by=" ")
        return f"{sign} {bold(rank, 60)} · {bold(incident.name, 160)} · {where}"

    def _what(self, incident: Incident, known: Known) -> str:
        alert = incident.foremost
        if alert is None:
            return line(known.summary)
        summary, detail = told(alert, known)
        impact = alert.annotations.get("impact") or known.impact
        own = line(detail) if len(incident.firing) < 2 else ""  # each of several alerts has its own value
        return joined(line(summary), own, f"Impact: {line(impact)}" if impact and incident.is_open else "")

    def _steps(self, known: Known) -> str:
        if not known.steps:
            return "No runbook is known for this alert."
        more = len(known.steps) - FIRST_STEPS
        note = f"<i>{counted(more, 'more step')}: Steps</i>" if more > 0 else ""
        return joined(bold("First steps"), step_lines(list(enumerate(known.steps, 1))[:FIRST_STEPS]), note)


def listing(found: Sequence[Incident], now: datetime) -> Words:
    """What fires, worst first."""
    head = f"{bold('Alerts')}: {counted(len(found), 'open incident')}" if found else "✅ Nothing fires."
    items = [f"{_row(each)}\n   {_hand(each, now)}" for each in _worst_first(found)]
    return Words(page(head, items, "/ack ID · /silence ID 2h · /runbook ALERT" if found else ""))


def _alerts(incident: Incident, known: Known, room: int) -> str:
    firing = incident.firing
    ended = len(incident.alerts) - len(firing)
    gone = f"{counted(ended, 'alert')} resolved" if ended else ""
    hidden = f"{incident.truncated} not listed by Alertmanager" if incident.truncated else ""
    count = joined(f"{counted(len(firing), 'alert')} firing" if firing else "", gone, hidden, by=", ")
    head = joined(f"{count}." if count else "", blast_radius(firing))
    if len(firing) < 2:
        return head
    detail = told(firing[0], known)[1]
    example = f"For example: {line(detail)}" if detail else ""
    shown = listed(firing, max(room - width(head) - width(example), 0))
    return joined(head, "" if shown.in_full else example, shown.text)


def _standing(incident: Incident, now: datetime) -> str:
    began = min((each.since for each in incident.firing or incident.alerts), default=incident.opened_at)
    if incident.resolved_at is not None:
        lasted = duration(incident.resolved_at - began)
        over = f"Exit criteria met {moment(incident.recovered_at)}." if incident.recovered_at else ""
        return joined(f"From {moment(began)} to {moment(incident.resolved_at)}, {lasted}.", _owner(incident), over)
    escalated = f"📣 Escalated, step {incident.level}: nobody has taken it." if incident.level else ""
    return joined(f"Since {moment(began)}.", _owner(incident), _silence(incident, now), escalated)


def _owner(incident: Incident) -> str:
    if incident.acked_by is None or incident.acked_at is None:
        return ""
    return f"👤 {line(_name(incident), 60)} has it since {moment(incident.acked_at)}."


def _silence(incident: Incident, now: datetime) -> str:
    if not incident.is_silenced(now) or incident.silenced_until is None:
        return ""
    return f"🔕 Silenced by {line(incident.silenced_by, 80) or 'somebody'} until {moment(incident.silenced_until)}."


def _hand(incident: Incident, now: datetime) -> str:
    if incident.is_silenced(now):
        return _silence(incident, now)
    if incident.acked_by is None or incident.acked_at is None:
        return "❗ nobody has it"
    return f"👤 {line(_name(incident), 60)}, {ago(incident.acked_at, now)}"


def _name(incident: Incident) -> str:
    return incident.acked_name or f"user {incident.acked_by}"


def _links(incident: Incident, known: Known) -> str:
    alert = incident.foremost
    said = alert.annotations if alert else {}
    pages = link("Runbook", said.get("runbook_url") or known.runbook_url)
    return joined(pages, link("Dashboard", said.get("dashboard_url") or known.dashboard_url), by=" · ")


def _row(incident: Incident) -> str:
    sign = _SIGNS[incident.severity] if incident.is_open else "✅"
    count = counted(len(incident.firing) + incident.truncated, "alert") if incident.is_open else "resolved"
    return f"{sign} {code(incident.id, 40)} {line(incident.name, 120)} {line(incident.system, 60)} · {count}"


def _worst_first(incidents: Sequence[Incident]) -> list[Incident]:
    return sorted(incidents, key=lambda each: (not each.is_open, _ORDER.index(each.severity)))
