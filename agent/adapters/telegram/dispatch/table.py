"""Which function deals with which command, and which command a button stands for."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from agent.adapters.telegram.commands import Verb
from agent.adapters.telegram.dispatch import (
    about,
    approvals,
    containment,
    files,
    incidents,
    projects,
    runs,
    sessions,
    standing,
)
from agent.adapters.telegram.dispatch.plans import Change, Errand, Look, Plan
from agent.adapters.telegram.parsing import Asked, parse
from agent.adapters.telegram.render.presses import Do, Press

PLANS: Final[Mapping[Verb, Plan]] = MappingProxyType(
    {
        Verb.START: Look(about.start),
        Verb.HELP: Look(about.help_),
        Verb.NEW: Errand(sessions.new),
        Verb.SESSIONS: Look(sessions.sessions),
        Verb.USE: Change(sessions.use),
        Verb.CLOSE: Errand(sessions.close),
        Verb.PROJECTS: Look(projects.projects),
        Verb.PROFILES: Look(projects.profiles),
        Verb.PROFILE: Change(sessions.profile),
        Verb.RUN: Errand(sessions.prompt),
        Verb.RUNS: Look(runs.runs),
        Verb.CANCEL: Change(runs.cancel),
        Verb.TAIL: Look(runs.tail),
        Verb.SUMMARY: Look(runs.summary),
        Verb.LOG: Look(runs.log),
        Verb.DIFF: Look(sessions.diff),
        Verb.GET: Errand(files.give),
        Verb.RETRY: Change(runs.retry),
        Verb.APPROVALS: Look(approvals.approvals),
        Verb.APPROVE: Change(approvals.approve),
        Verb.DENY: Change(approvals.deny),
        Verb.ALLOW: Change(containment.allow),
        Verb.STATUS: Look(standing.status),
        Verb.RELIABILITY: Look(standing.reliability),
        Verb.ALERTS: Look(incidents.alerts),
        Verb.ACK: Change(incidents.acknowledge),
        Verb.TAKEOVER: Change(incidents.take_over),
        Verb.SILENCE: Errand(incidents.silence),
        Verb.UNSILENCE: Errand(incidents.unsilence),
        Verb.RUNBOOK: Look(incidents.runbook),
        Verb.ONCALL: Look(incidents.on_call),
        Verb.ACT: Errand(incidents.act),
        Verb.TIMELINE: Look(incidents.timeline),
        Verb.CHART: Look(incidents.chart),
        Verb.HALT: Change(containment.halt),
        Verb.RESUME: Change(containment.resume),
        Verb.MODE: Change(containment.mode),
        Verb.FALLBACK: Change(containment.fallback),
        Verb.WHOAMI: Look(about.whoami),
        Verb.SCAN: Errand(projects.scan),
        Verb.SETTINGS: Look(standing.settings),
        Verb.AUDIT: Look(standing.audit),
    }
)
RECEIVE: Final = Errand(files.receive)
REMEDY: Final = Change(runs.remedy)
UNDER_INCIDENTS: Final = Errand(incidents.press)

_SUBJECTS: Final[Mapping[Do, tuple[Verb, str]]] = MappingProxyType(
    {
        Do.CANCEL: (Verb.CANCEL, "run"),
        Do.TAIL: (Verb.TAIL, "run"),
        Do.LOG: (Verb.LOG, "run"),
        Do.SUMMARY: (Verb.SUMMARY, "run"),
        Do.DIFF: (Verb.DIFF, "run"),
        Do.APPROVE: (Verb.APPROVE, "id"),
        Do.APPROVE_FOR_SESSION: (Verb.APPROVE, "id"),
        Do.DENY: (Verb.DENY, "what"),
        Do.SHOW: (Verb.APPROVALS, "id"),
        Do.GUIDE: (Verb.HELP, "task"),
        Do.NEW: (Verb.NEW, "project"),
        Do.PROFILE: (Verb.PROFILE, "name"),
        Do.USE: (Verb.USE, "session"),
        Do.CLOSE: (Verb.CLOSE, "session"),
        Do.ACKNOWLEDGE: (Verb.ACK, "incident"),
        Do.UNSILENCE: (Verb.UNSILENCE, "incident"),
        Do.TAKE_OVER: (Verb.TAKEOVER, "incident"),
        Do.RUNBOOK: (Verb.RUNBOOK, "alert"),
        Do.CHART: (Verb.CHART, "what"),
    }
)
_QUIET: Final = "2h"


def asked_by(press: Press) -> Asked | None:
    """The command that a button stands for, or None when no command says the same."""
    if press.do is Do.SILENCE:
        parsed = parse(f"/{Verb.SILENCE} {press.subject} {press.detail or _QUIET}")
        return parsed if isinstance(parsed, Asked) and parsed.words["incident"] == press.subject else None
    if press.do not in _SUBJECTS:
        return None
    verb, name = _SUBJECTS[press.do]
    more = {"for": "session"} if press.do is Do.APPROVE_FOR_SESSION else {}
    if press.do is Do.RUNBOOK and press.detail:
        more = {"procedure": press.detail}
    return Asked(verb, {name: press.subject, **more})


def overtakes(asked: Asked) -> bool:
    """Whether it may go before what was said earlier: it names what is there already, or it stops things.

    What undoes a stop may do so too, for among themselves they keep their order: `/resume` before `/halt` stays before.
    """
    match asked.verb:
        case Verb.APPROVE | Verb.DENY | Verb.ALLOW | Verb.HALT | Verb.RESUME:
            return True
        case Verb.ACK | Verb.TAKEOVER:  # nobody who is woken waits behind a chart
            return asked.words["incident"].lower() != "all"
        case Verb.CANCEL:
            return "run" in asked.words
        case _:
            return False
