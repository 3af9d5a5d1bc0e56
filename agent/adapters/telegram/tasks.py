"""The commands by what somebody wants to do, for the help: a short list first, and all of them in chapters."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from agent.adapters.telegram.commands import Entry, Verb, entries_for
from agent.domain.roles import Deed, Role, may


class Task(StrEnum):
    """A chapter; the values are those of the buttons."""

    RUNS = "runs"
    SESSIONS = "sessions"
    APPROVALS = "approvals"
    ALERTS = "alerts"
    AGENT = "agent"


TITLES: Final = {
    Task.RUNS: "Runs",
    Task.SESSIONS: "Sessions",
    Task.APPROVALS: "Approvals",
    Task.ALERTS: "Alerts",
    Task.AGENT: "Agent",
}

_CHAPTERS: Final[Mapping[Task, tuple[Verb, ...]]] = MappingProxyType(
    {
        Task.RUNS: (Verb.RUN, Verb.RUNS, Verb.CANCEL, Verb.RETRY, Verb.SUMMARY, Verb.TAIL, Verb.LOG),
        Task.SESSIONS: (
            Verb.NEW,
            Verb.SESSIONS,
            Verb.USE,
            Verb.CLOSE,
            Verb.DIFF,
            Verb.GET,
            Verb.PROFILE,
            Verb.PROFILES,
            Verb.PROJECTS,
            Verb.SCAN,
        ),
        Task.APPROVALS: (Verb.APPROVALS, Verb.APPROVE, Verb.DENY, Verb.ALLOW),
        Task.ALERTS: (
            Verb.ALERTS,
            Verb.ACK,
            Verb.SILENCE,
            Verb.RUNBOOK,
            Verb.ACT,
            Verb.CHART,
            Verb.TIMELINE,
            Verb.ONCALL,
        ),
    }
)
"""Whatever stands in none of them belongs to the last one."""

_FIRST: Final[Mapping[Verb, str]] = MappingProxyType(
    {
        Verb.NEW: "open a session in a project",
        Verb.CANCEL: "stop what is at work",
        Verb.RUNS: "what was run",
        Verb.APPROVALS: "what waits for your answer",
        Verb.STATUS: "how the agent is",
        Verb.ALERTS: "what fires",
    }
)


def first_for(role: Role) -> tuple[tuple[Verb, str], ...]:
    """The few that matter first, each with a word or two."""
    left_out = {Verb.RUNS} if may(role, Deed.RUN) else set()
    left_out |= set() if may(role, Deed.DECIDE) else {Verb.APPROVALS}
    return tuple(
        (entry.verb, _FIRST[entry.verb]) for entry in _in_order(tuple(_FIRST), role) if entry.verb not in left_out
    )


def chapter(task: Task, role: Role) -> tuple[Entry, ...]:
    """All that the role may use for a task."""
    if task in _CHAPTERS:
        return _in_order(_CHAPTERS[task], role)
    elsewhere = {verb for verbs in _CHAPTERS.values() for verb in verbs}
    return tuple(entry for entry in entries_for(role) if entry.verb not in elsewhere)


def _in_order(verbs: tuple[Verb, ...], role: Role) -> tuple[Entry, ...]:
    allowed = {entry.verb: entry for entry in entries_for(role)}
    return tuple(allowed[verb] for verb in verbs if verb in allowed)
