"""Notifications that cannot be read: which group they are about, and whether a phone has to ring once more."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

MOST_RINGS: Final = 24
"""In a day. Further groups are counted in the message that is there."""

_LONGEST: Final = 100
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Those of one day: how many there were, and which a phone has rung for, each by what it was about and why."""

    count: int = 0
    rung: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What they are about as far as that is known, each once."""
        return tuple(dict.fromkeys(name for name, _ in self.rung if name))


def added(known: Unreadable, name: str, why: str) -> tuple[Unreadable, bool]:
    """With one more; and whether it rings: once for each name and reason, up to a bound."""
    grown, what = replace(known, count=known.count + 1), (name, why)
    if what in known.rung or len(known.rung) >= MOST_RINGS:
        return grown, False
    return replace(grown, rung=(*known.rung, what)), True


def written(found: Unreadable) -> str:
    """For the store."""
    return json.dumps([found.count, *found.rung])


def read(text: str) -> Unreadable:
    """From the store; older versions have written the count alone."""
    raw = json.loads(text or "0")
    return Unreadable(raw) if isinstance(raw, int) else Unreadable(raw[0], tuple((name, why) for name, why in raw[1:]))


def name_in(body: str) -> str:
    """What a notification is about, by its group's labels or else by its alerts' names; empty when it does not say."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(payload, dict):
        return ""
    found = dict.fromkeys(name for name in _names(payload) if name)
    return " ".join([*found][:_NAMED])[:_LONGEST]


def _names(payload: Mapping[str, Any]) -> Iterator[str]:
    for field in ("groupLabels", "commonLabels"):
        labels = _mapping(payload.get(field))
        if labels:
            yield from (value for value in labels.values() if isinstance(value, str))
            return
    alerts = payload.get("alerts")
    for alert in alerts if isinstance(alerts, list) else []:
        name = _mapping(_mapping(alert).get("labels")).get("alertname")
        yield name if isinstance(name, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
