"""Incidents in words: what is wrong, since when, how far it reaches, what to do, and who has it in hand."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from agent.adapters.telegram.forms import width
from agent.adapters.telegram.render.charts import charted
from agent.adapters.telegram.render.html import LIMIT, bold, code, joined, line, page
from agent.adapters.telegram.render.human import counted, moment
from agent.adapters.telegram.render.incident_actions import action
from agent.adapters.telegram.render.incident_buttons import buttons
from agent.adapters.telegram.render.incident_labels import blast_radius, in_common
from agent.adapters.telegram.render.incident_parts import SIGNS, link, listed, mention, step_lines, told
from agent.adapters.telegram.render.incident_standing import hand, monitoring, name_of, standing
from agent.domain.catalog import Catalogue, Known
from agent.domain.chart import Chart
from agent.domain.incident import Firing, Incident, IncidentSeverity
from agent.domain.incident_action import Action
from agent.domain.incident_silence import Silence
from agent.ports import Words

_ORDER: Final = tuple(IncidentSeverity)
FIRST_STEPS: Final = 3
_LABELS_ROOM: Final = 400
_LEAST_ROOM: Final = 600
"""What the labels and the alerts have at least, whatever else there is to say."""

_NO_CATALOGUE: Final = "The runbook catalogue is not loaded: the agent's log says why."


class TelegramIncidents:
    """Keeps `ports.IncidentPresenter`."""

    def __init__(self, catalogue: Catalogue, *, with_charts: bool = False) -> None:
        self._catalogue = catalogue
        self._with_charts = with_charts

    def incident(self, incident: Incident, now: datetime) -> Words:
        if incident.is_about_monitoring:
            return Words(monitoring(incident, now), buttons(incident, self._catalogue.about(incident.name), now))
        known = self._catalogue.about(incident.about)
        head = joined(self._head(incident), self._what(incident, known), standing(incident, now))
        foot = self._foot(incident, known, LIMIT - width(head) - _LEAST_ROOM)
        room = LIMIT - width(head) - width(foot) - 200
        under = buttons(incident, known, now, with_charts=self._with_charts)
        labels = in_common(incident, self._hidden(incident), min(_LABELS_ROOM, room))
        alerts = _alerts(incident, known, room - width(labels), now)
        return Words(joined(head, joined(labels, alerts), foot, by="\n\n"), under)

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

    def unreached(self, incidents: Sequence[Incident], who: str, why: str) -> Words:
        head = f"📵 {bold(who, 80)} could not be reached: {line(why, 240)}"
        foot = "A person has to have started the bot and not blocked it; a group has to have it as a member."
        return Words(page(head, [_row(each) for each in incidents], foot))

    def taken_over(self, incident: Incident, before: Incident) -> Words:
        former = mention(before.acked_by, name_of(before)) if before.acked_by else "nobody"
        what = f"{code(incident.id, 40)} {line(incident.title, 120)}"
        return Words(f"👤 {line(name_of(incident), 60)} has taken incident {what} over from {former}.")

    def moved(self, incident: Incident) -> Words:
        return Words(f"⬇️ Incident {code(incident.id, 40)} {line(incident.title, 120)} goes on further down.")

    def action(self, action_: Action, *, is_over: bool = False) -> Words:
        return action(action_, is_over=is_over)

    def recovered(self, incidents: Sequence[Incident], now: datetime) -> Words:
        head = f"🏁 {bold('Exit criteria met')}: no critical alert and no missed objective since they resolved."
        return Words(page(head, [_row(each) for each in incidents], "/timeline ID has the review's beginning."))

    def chart(self, incident: Incident | None, chart: Chart) -> Words:
        return charted(incident, chart)

    def unreadable(self, count: int, why: str, named: Sequence[str] = ()) -> Words:
        about = f": {line(', '.join(named), 600)}" if named else ""
        said = f"⚠️ {counted(count, 'alert group')} from Alertmanager could not be read today{about}."
        look = "Look at them in Alertmanager; what was taken in is kept in the inbox as failed."
        return Words(f"{said}\nThe last: {line(why, 300)}\n{look}")

    def _head(self, incident: Incident) -> str:
        sign = SIGNS[incident.severity] if incident.is_open else "✅"
        rank = f"{self._sev(incident)} {incident.severity}" if incident.is_open else f"Resolved · {incident.severity}"
        is_said = incident.title != incident.about and incident.system in incident.group_labels.values()
        where = joined("" if is_said else line(incident.system, 80), code(incident.id, 40), by=" ")
        return f"{sign} {bold(rank.strip(), 60)} · {bold(incident.title, 200)} · {where}"

    def _sev(self, incident: Incident) -> str:
        """The catalogue's, or else what the alert says of itself."""
        alert = incident.foremost
        said = alert.annotations.get("sev", "") if alert else ""
        return self._catalogue.sev_of(incident.about, incident.severity) or said[:20]

    def _hidden(self, incident: Incident) -> frozenset[str]:
        """Labels that only say how the bundle routes its own alerts."""
        names = {alert.labels.get("alertname", "") for alert in incident.firing or incident.alerts}
        return frozenset(label for name in names for label in self._catalogue.about(name).routing)

    def _what(self, incident: Incident, known: Known) -> str:
        alert = incident.foremost
        if alert is None:
            return line(known.summary)
        summary, detail = told(alert, known)
        impact = alert.annotations.get("impact") or known.impact
        own = line(detail) if len(incident.firing) < 2 else ""  # each of several alerts has its own value
        return joined(line(summary), own, f"Impact: {line(impact)}" if impact and incident.is_open else "")

    def _foot(self, incident: Incident, known: Known, room: int) -> str:
        """The first steps, as many as leave the alerts some room, and the links."""
        links = _links(incident, known)
        steps = [self._steps(known, most) for most in range(FIRST_STEPS, 0, -1)] if incident.is_open else []
        return next((foot for each in steps if width(foot := joined(each, links)) <= room), links)

    def _steps(self, known: Known, most: int) -> str:
        if not known.steps:
            return "No runbook is known for this alert." if self._catalogue.alerts else _NO_CATALOGUE
        more = len(known.steps) - most
        note = f"<i>{counted(more, 'more step')}: Steps</i>" if more > 0 else ""
        return joined(bold("First steps"), step_lines(list(enumerate(known.steps, 1))[:most]), note)


def silence_made(incident_id: str, silence: Silence, before: datetime | None = None) -> str:
    """What is quiet now and until when; `before` is when it was to end before."""
    until = moment(silence.ends_at)
    when = f"was silenced until {moment(before)}, now until {until}" if before else f"is silenced until {until}"
    return f"🔕 Incident {incident_id} {when}: {', '.join(matcher.text for matcher in silence.matchers)}"


def silence_ended(incident_id: str, left: Silence | None) -> str:
    """What is quiet no more; `left` is what somebody else has made and goes on."""
    if left is None:
        return f"🔔 Incident {incident_id} is silenced no more."
    return f"🔕 The silence from here is over; that of {left.by or 'somebody'} goes on until {moment(left.ends_at)}."


def listing(found: Sequence[Incident], now: datetime) -> Words:
    """What fires, worst first."""
    head = f"{bold('Alerts')}: {counted(len(found), 'open incident')}" if found else "✅ Nothing fires."
    items = [f"{_row(each)}\n   {hand(each, now)}" for each in _worst_first(found)]
    return Words(page(head, items, "/ack ID · /silence ID 2h · /runbook ALERT" if found else ""))


def _alerts(incident: Incident, known: Known, room: int, now: datetime) -> str:
    firing = incident.firing
    ended = len(incident.alerts) - len(firing)
    gone = f"{counted(ended, 'alert')} resolved" if ended else ""
    hidden = f"{incident.truncated} more not listed here" if incident.truncated else ""
    count = joined(
        f"{counted(len(firing), 'alert')} firing{_by_severity(firing)}" if firing else "", gone, hidden, by=", "
    )
    reach = blast_radius(firing)
    head = joined(f"{count}." if count else "", reach if width(reach) <= room else "")
    if len(firing) < 2:
        return head
    detail = told(incident.foremost or firing[0], known)[1]
    example = f"For example: {line(detail)}" if detail and room > width(head) + _LEAST_ROOM else ""
    shown = listed(firing, max(room - width(head) - width(example), 0), now)
    return joined(head, "" if shown.in_full else example, shown.text)


def _by_severity(alerts: Sequence[Firing]) -> str:
    """How many of each, where they are not equally bad."""
    counts = Counter(alert.severity for alert in alerts)
    return f" ({', '.join(f'{counts[each]} {each}' for each in _ORDER if counts[each])})" if len(counts) > 1 else ""


def _links(incident: Incident, known: Known) -> str:
    alert = incident.foremost
    said = alert.annotations if alert else {}
    pages = link("Runbook", said.get("runbook_url") or known.runbook_url)
    return joined(pages, link("Dashboard", said.get("dashboard_url") or known.dashboard_url), by=" · ")


def _row(incident: Incident) -> str:
    sign = SIGNS[incident.severity] if incident.is_open else "✅"
    count = counted(len(incident.firing) + incident.truncated, "alert") if incident.is_open else "resolved"
    return f"{sign} {code(incident.id, 40)} {line(incident.title, 120)} {line(incident.system, 60)} · {count}"


def _worst_first(incidents: Sequence[Incident]) -> list[Incident]:
    return sorted(incidents, key=lambda each: (not each.is_open, _ORDER.index(each.severity)))
