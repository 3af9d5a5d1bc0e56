"""The labels of an incident's alerts: those they share, those that tell them apart, and how far it reaches."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from agent.adapters.telegram.forms import width
from agent.adapters.telegram.render.html import escaped, line
from agent.adapters.telegram.render.human import counted
from agent.domain.incident import Firing, Incident

_LABELS: Final = 4
_VALUES: Final = 3
_PLAIN: Final = frozenset({"alertname", "severity", "system"})
"""Said elsewhere in the message."""

_COARSE: Final = (
    "alertname",
    "cluster",
    "env",
    "environment",
    "stage",
    "region",
    "zone",
    "namespace",
    "service",
    "app",
)
_FINE: Final = ("job", "pod", "container", "node", "host", "hostname", "instance", "device", "mountpoint")
_FIRST: Final = {name: place for place, name in enumerate((*_COARSE, *_FINE))}
"""What a person looks for first, from coarse to fine; the others follow by name."""


def differing(alerts: Sequence[Firing]) -> tuple[str, ...]:
    """The names of the labels on which the alerts do not agree."""
    names = {name for alert in alerts for name in alert.labels}
    return _sorted(name for name in names if len({alert.labels.get(name, "") for alert in alerts}) > 1)


def in_common(incident: Incident, hidden: Collection[str], room: int) -> str:
    """The labels on which all alerts agree that fire, first those that tell them from what has ended; whole ones."""
    first, *others = [alert.labels for alert in incident.firing or incident.alerts] or [{}]
    shared = {
        name: value
        for name, value in first.items()
        if name not in _PLAIN and name not in hidden and all(each.get(name) == value for each in others)
    }
    apart = set(differing(incident.alerts))
    names = sorted(_sorted(shared), key=lambda name: name not in apart)
    return _listed([f"{escaped(name, 60)}={line(shared[name], 80)}" for name in names], room)


def blast_radius(alerts: Sequence[Firing]) -> str:
    """How far it reaches: for each label that differs how many values it has, and the first of them."""
    names = [name for name in differing(alerts) if name != "severity"]
    parts = [_spread(name, sorted({alert.labels.get(name, "") for alert in alerts} - {""})) for name in names[:_LABELS]]
    more = f" and {counted(len(names) - _LABELS, 'more label')}" if len(names) > _LABELS else ""
    return f"Reaches {'; '.join(parts)}{more}." if parts else ""


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (_FIRST.get(name, len(_FIRST)), name)))


def _listed(parts: Sequence[str], room: int) -> str:
    """As many of them as fit, and how many are missing; nothing where not even one fits."""
    for count in range(len(parts), 0, -1):
        missing = f" +{len(parts) - count} more" if count < len(parts) else ""
        written = f"Labels: {', '.join(parts[:count])}{missing}"
        if width(written) <= room:
            return written
    return ""


def _spread(name: str, values: Sequence[str]) -> str:
    shown = ", ".join(line(value, 40) for value in values[:_VALUES])
    more = f" +{len(values) - _VALUES}" if len(values) > _VALUES else ""
    return f"{escaped(name, 60)}: {shown}{more}"
