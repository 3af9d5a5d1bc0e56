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
from agent.adapters.telegram.render.incident_parts import blast_radius, link, listed, mention, step_lines, told
from agent.domain.catalog import Catalogue, Known
from agent.domain.chart import Chart
from agent.domain.incident import Incident, IncidentSeverity
from agent.domain.incident_action import Action
from agent.domain.incident_silence import Silence
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
        if incident.is_about_monitoring:
            return Words(_monitoring(incident, now), buttons(incident, known, now))
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

    def unreached(self, incidents: Sequence[Incident], who: str, why: str) -> Words:
        head = f"📵 {bold(who, 80)} could not be reached: {line(why, 240)}"
        foot = "A person has to have started the bot and not blocked it; a group has to have it as a member."
        return Words(page(head, [_row(each) for each in incidents], foot))

    def taken_over(self, incident: Incident, before: Incident) -> Words:
        former = mention(before.acked_by, _name(before)) if before.acked_by else "nobody"
        what = f"{code(incident.id, 40)} {line(incident.name, 120)}"
        return Words(f"👤 {line(_name(incident), 60)} has taken incident {what} over from {former}.")

    def moved(self, incident: Incident) -> Words:
        return Words(f"⬇️ Incident {code(incident.id, 40)} {line(incident.name, 120)} goes on further down.")

    def action(self, action_: Action, *, is_over: bool = False) -> Words:
        return action(action_, is_over=is_over)

    def recovered(self, incidents: Sequence[Incident], now: datetime) -> Words:
        head = f"🏁 {bold('Exit criteria met')}: no critical alert and no missed objective since they resolved."
        return Words(page(head, [_row(each) for each in incidents], "/timeline ID has the review's beginning."))

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


def _monitoring(incident: Incident, now: datetime) -> str:
    silent = f"{moment(_last_began(incident))}. {code(incident.id, 40)}"
    if not incident.is_open:
        head = f"✅ {bold('Monitoring is back')}: it had been silent since {silent}"
        return joined(head, _standing(incident, now))
    why = "Until it is back, no alert can be trusted to arrive. Check Prometheus, Alertmanager and the way here."
    head = f"🚨 {bold('Monitoring is down')}: no heartbeat since {silent}"
    return joined(head, why, _often(incident), _owner(incident), _escalated(incident))


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
    items = [f"{_row(each)}\n   {_hand(each, now)}" for each in _worst_first(found)]
    return Words(page(head, items, "/ack ID · /silence ID 2h · /runbook ALERT" if found else ""))


def runbook(known: Known, incident_id: str = "") -> Words:
    """All steps of an alert."""
    steps = [step_lines([(number, step)]) for number, step in enumerate(known.steps, 1)]
    callable_ = [str(number) for number, step in enumerate(known.steps, 1) if step.call is not None]
    hint = f"/act {incident_id or 'ID'} {callable_[0]} runs that step." if callable_ else ""
    head = joined(
        f"📖 {bold(known.name, 160)}", line(known.summary), f"Impact: {line(known.impact)}" if known.impact else ""
    )
    return Words(page(head, steps, joined(hint, link("Runbook", known.runbook_url))))


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
        over = f"Exit criteria met {moment(incident.recovered_at)}." if incident.recovered_at else ""
        guessed = any(alert.is_inferred for alert in incident.alerts)
        why = "Nobody said so: Alertmanager does not know it any more." if guessed else ""
        return joined(_lasted(began, incident.resolved_at, incident), why, _owner(incident), over)
    standing = (_often(incident), _owner(incident), _silence(incident, now), _escalated(incident))
    return joined(f"Since {moment(began)}.", *standing)


def _escalated(incident: Incident) -> str:
    return f"📣 Escalated, step {incident.level}: nobody has taken it." if incident.level else ""


def _often(incident: Incident) -> str:
    if incident.times_fired < 2:
        return ""
    return f"🔁 Fired {counted(incident.times_fired, 'time')} since {moment(incident.began)}."


def _lasted(began: datetime, ended: datetime, incident: Incident) -> str:
    if incident.times_fired < 2:
        return f"From {moment(began)} to {moment(ended)}, {duration(ended - began)}."
    often, whole = counted(incident.times_fired, "time"), duration(ended - incident.began)
    last = duration(ended - _last_began(incident))
    return f"🔁 Fired {often} from {moment(incident.began)} to {moment(ended)}, {whole}; the last time for {last}."


def _last_began(incident: Incident) -> datetime:
    """When it began the last time: of what fires, or of what has ended last."""
    latest = max(incident.alerts, key=lambda each: (each.ends_at is None, each.ends_at or each.since), default=None)
    return latest.since if latest else incident.opened_at


def _owner(incident: Incident) -> str:
    if incident.acked_by is None or incident.acked_at is None:
        return ""
    return f"👤 {line(_name(incident), 60)} has it since {moment(incident.acked_at)}."


def _silence(incident: Incident, now: datetime) -> str:
    if not incident.is_silenced(now) or incident.silenced_until is None:
        return ""
    who = line(incident.silenced_by, 80) or "somebody"
    said = f" in Alertmanager: {line(incident.silence_comment, 200)}" if incident.silence_comment.strip() else "."
    return f"🔕 Silenced by {who} until {moment(incident.silenced_until)}{said}"


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
