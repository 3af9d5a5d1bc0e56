"""What happened in an incident, with exact moments, and the timeline that a review after it begins with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from agent.domain.audit import AGENT, API
from agent.domain.incident import Incident


class Happening(StrEnum):
    """What it was."""

    OPENED = "opened"
    REOPENED = "fired again"
    WORSENED = "severity rose"
    JOINED = "alerts joined"
    LEFT = "alerts resolved"
    RESOLVED = "resolved"
    CORRECTED = "corrected"
    ACKED = "acknowledged"
    LAPSED = "acknowledgement lapsed"
    SILENCED = "silenced"
    UNSILENCED = "silence ended"
    RANG = "message queued"
    DELIVERED = "delivered"
    UNDELIVERED = "not delivered"
    FOLDED = "gathered into the storm's message"
    HELD = "held back for the quiet hours"
    ESCALATED = "escalated"
    ACTION = "step"
    RECOVERED = "exit criteria met"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history; `actor` is a Telegram user or one of the constants of `domain.audit`."""

    incident_id: str
    at: datetime
    what: Happening
    detail: str = ""
    actor: int = AGENT
    name: str = ""


def stamp(moment: datetime) -> str:
    """To the millisecond, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def timeline_markdown(incident: Incident, entries: Sequence[Entry]) -> str:
    """The incident's timeline for the review, as Markdown; every moment is exact and in UTC."""
    lines = [
        f"# Incident {incident.id}: {_cell(incident.name)}",
        "",
        f"- System: {_cell(incident.system) or 'unknown'}",
        f"- Severity: {incident.severity}",
        f"- Opened: {stamp(incident.opened_at)}",
        f"- First alert began: {stamp(incident.began)}",
        f"- Fired: {incident.times_fired} time{'s' if incident.times_fired > 1 else ''}",
        f"- Resolved: {_moment(incident.resolved_at)}",
        f"- Exit criteria met: {_moment(incident.recovered_at)}",
        f"- Alerts: {len(incident.alerts)}, of which {len(incident.firing)} fire now",
        "",
        "| UTC | What | Who | Detail |",
        "|---|---|---|---|",
        *(f"| {stamp(each.at)} | {each.what} | {_who(each)} | {_cell(each.detail)} |" for each in entries),
        "",
        "## Root cause",
        "",
        "## Mitigation",
        "",
        "## Permanent fixes and regression tests",
        "",
    ]
    return "\n".join(lines)


def _moment(moment: datetime | None) -> str:
    return "not yet" if moment is None else stamp(moment)


def _who(entry: Entry) -> str:
    if entry.name:
        return _cell(entry.name)
    return {AGENT: "agent", API: "API"}.get(entry.actor, f"user {entry.actor}")


def _cell(text: str) -> str:
    flat = " ".join(text.split())
    return flat.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "'")
