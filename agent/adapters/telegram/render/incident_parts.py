"""The parts of an incident's message: its alerts by what tells them apart, as many as fit, and the rest counted."""

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from agent.adapters.telegram.forms import sound, width
from agent.adapters.telegram.render.html import code, escaped, line
from agent.adapters.telegram.render.human import counted, moment
from agent.domain.catalog import Known, Step
from agent.domain.incident import Firing

_NOTE: Final = 40
_LABELS: Final = 4
_VALUES: Final = 3
_LONGEST_URL: Final = 700
_TOLD: Final = ("summary", "description", "message")
_PLAIN: Final = frozenset({"alertname", "severity", "system"})


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


def listed(alerts: Sequence[Firing], room: int) -> Listed:
    """All of them in full, or else all of them in short, or else as many whole ones as fit."""
    names = differing(alerts)
    for written, in_full in ((_in_full(names), True), (_in_short(names), False)):
        lines = tuple(written(alert) for alert in alerts)
        if sum(width(each) + 1 for each in lines) <= room:
            return Listed(lines, 0, in_full)
    kept, left = [], room - _NOTE
    for each in map(_in_short(names), alerts):
        left -= width(each) + 1
        if left < 0:
            break
        kept.append(each)
    return Listed(tuple(kept), len(alerts) - len(kept))


def differing(alerts: Sequence[Firing]) -> tuple[str, ...]:
    """The names of the labels on which the alerts do not agree, or of a single alert those that say something."""
    if len(alerts) == 1:
        return tuple(sorted(set(alerts[0].labels) - _PLAIN))
    names = sorted({name for alert in alerts for name in alert.labels})
    return tuple(name for name in names if len({alert.labels.get(name, "") for alert in alerts}) > 1)


def blast_radius(alerts: Sequence[Firing]) -> str:
    """How far it reaches: for each label that differs how many values it has, and the first of them."""
    if len(alerts) < 2:
        return ""
    names = differing(alerts)
    parts = [_spread(name, sorted({alert.labels.get(name, "") for alert in alerts} - {""})) for name in names[:_LABELS]]
    more = f" and {counted(len(names) - _LABELS, 'more label')}" if len(names) > _LABELS else ""
    return f"Reaches {'; '.join(parts)}{more}." if parts else ""


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
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(url) > _LONGEST_URL:
        return ""
    return f'<a href="{html.escape(sound(url), quote=True)}">{label}</a>'


def mention(user: int, name: str) -> str:
    """Somebody by name, so that Telegram tells them: https://core.telegram.org/bots/api#html-style."""
    return f'<a href="tg://user?id={user}">{line(name, 60)}</a>'


def _in_full(names: Sequence[str]) -> Callable[[Firing], str]:
    def written(alert: Firing) -> str:
        detail = alert.annotations.get("description", "")
        return f"{_in_short(names)(alert)}{f': {line(detail, 240)}' if detail else ''}"

    return written


def _in_short(names: Sequence[str]) -> Callable[[Firing], str]:
    def written(alert: Firing) -> str:
        shown = [f"{name}={alert.labels[name]}" for name in names if name in alert.labels]
        return f"• {line(' '.join(shown) or alert.labels.get('alertname', 'alert'), 160)}, since {moment(alert.since)}"

    return written


def _spread(name: str, values: Sequence[str]) -> str:
    shown = ", ".join(line(value, 40) for value in values[:_VALUES])
    more = f" +{len(values) - _VALUES}" if len(values) > _VALUES else ""
    return f"{escaped(name, 60)}: {shown}{more}"


def _others(annotations: object) -> str:
    known = annotations if isinstance(annotations, dict) else {}
    return "; ".join(f"{name}: {text}" for name, text in sorted(known.items()) if name not in _TOLD)[:600]


def _command(step: Step) -> str:
    return f"\n   {code(step.run, 260)}" if step.run else ""
