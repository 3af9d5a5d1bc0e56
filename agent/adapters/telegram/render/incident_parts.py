"""The parts of an incident's message: its alerts by what tells them apart, as many as fit, and the rest counted."""

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from agent.adapters.telegram.forms import cut, sound, width
from agent.adapters.telegram.render.html import code, line
from agent.adapters.telegram.render.human import moment
from agent.adapters.telegram.render.incident_labels import differing
from agent.domain.catalog import Known, Step
from agent.domain.incident import Firing, IncidentSeverity

_NOTE: Final = 40
_LONGEST_URL: Final = 700
_ORDER: Final = tuple(IncidentSeverity)
_TOLD: Final = ("summary", "description", "message")
SIGNS: Final = {IncidentSeverity.CRITICAL: "🔴", IncidentSeverity.WARNING: "🟡", IncidentSeverity.INFO: "🔵"}


@dataclass(frozen=True, slots=True)
class Listed:
    """Alerts as lines. What is shown and what is missing are all of them together."""

    lines: tuple[str, ...]
    missing: int
    in_full: bool = False

    @property
    def text(self) -> str:
        """The lines, and how many more there are."""
        return "\n".join([*self.lines, *([f"<i>+{self.missing} more</i>"] if self.missing else [])])


def listed(alerts: Sequence[Firing], room: int, now: datetime) -> Listed:
    """All of them in full, or else all of them in short, or else as many whole ones as fit; the worst first."""
    alerts = sorted(alerts, key=lambda each: (_ORDER.index(each.severity), each.since, each.fingerprint))
    in_short = _in_short(alerts, now)
    for written, in_full in ((_in_full(in_short), True), (in_short, False)):
        lines = tuple(written(alert) for alert in alerts)
        if sum(width(each) + 1 for each in lines) <= room:
            return Listed(lines, 0, in_full)
    kept, left = [], room - _NOTE
    for each in map(in_short, alerts):
        left -= width(each) + 1
        if left < 0:
            break
        kept.append(each)
    return Listed(tuple(kept), len(alerts) - len(kept))


def told(alert: Firing, known: Known) -> tuple[str, str]:
    """What is wrong, and with which value: the alert's own annotations, or else what the catalogue says."""
    said = alert.annotations
    summary = said.get("summary") or known.summary or said.get("message") or _others(said)
    detail = said.get("description", "")
    if known.threshold and "threshold" not in detail.lower():
        detail = f"{detail} (threshold: {known.threshold})".strip()
    return summary, detail if detail != summary else ""


def step_lines(steps: Iterable[tuple[int, Step]]) -> str:
    """Steps with their numbers and the commands to copy."""
    return "\n".join(f"{number}. {line(step.text, 260)}{_command(step)}" for number, step in steps)


def link(label: str, url: str) -> str:
    """A link, or nothing when the address is not one that a browser opens."""
    try:
        parts = urlsplit(sound(url))
    except ValueError:
        return ""
    written = html.escape(sound(url), quote=True)
    if parts.scheme not in {"http", "https"} or not parts.hostname or width(written) > _LONGEST_URL:
        return ""
    return f'<a href="{written}">{label}</a>'


def mention(user: int, name: str) -> str:
    """Somebody by name, so that Telegram tells them: https://core.telegram.org/bots/api#html-style."""
    return f'<a href="tg://user?id={user}">{line(name, 60)}</a>'


def _in_full(in_short: Callable[[Firing], str]) -> Callable[[Firing], str]:
    def written(alert: Firing) -> str:
        detail = alert.annotations.get("description", "")
        return f"{in_short(alert)}{f': {line(detail, 240)}' if detail else ''}"

    return written


def _in_short(alerts: Sequence[Firing], now: datetime) -> Callable[[Firing], str]:
    """By what tells it from the others; where they are not equally bad, each with its sign."""
    names = [name for name in differing(alerts) if name != "severity"]
    is_mixed = len({alert.severity for alert in alerts}) > 1

    def written(alert: Firing) -> str:
        shown = [f"{name}={cut(alert.labels[name], 80)}" for name in names if name in alert.labels]
        sign = SIGNS[alert.severity] if is_mixed else "•"
        named = " ".join(shown) or alert.labels.get("alertname", "alert")
        return f"{sign} {line(named, 160)}, since {moment(alert.since, now)}"

    return written


def _others(annotations: object) -> str:
    known = annotations if isinstance(annotations, dict) else {}
    return "; ".join(f"{name}: {text}" for name, text in sorted(known.items()) if name not in _TOLD)[:600]


def _command(step: Step) -> str:
    return f"\n   {code(step.run, 260)}" if step.run else ""
