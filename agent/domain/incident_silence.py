"""Silences as Alertmanager means them: which alerts one covers, and one that covers a group and nothing more."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from agent.domain.incident import Incident
from agent.errors import Conflict

MARK: Final = "tocsin incident"
"""What the comments of our own silences begin with; the incident's id follows."""

_LONGEST_PATTERN: Final = 2000


@dataclass(frozen=True, slots=True)
class Matcher:
    """A condition on one label; a label that is not there is an empty one."""

    name: str
    value: str
    is_regex: bool = False
    is_equal: bool = True

    def covers(self, labels: Mapping[str, str]) -> bool:
        """Whether labels meet it. A pattern that cannot be read here meets nothing, so that nobody is kept quiet."""
        found = labels.get(self.name, "")
        if not self.is_regex:
            return (found == self.value) is self.is_equal
        pattern = _compiled(self.value)
        return pattern is not None and (pattern.fullmatch(found) is not None) is self.is_equal


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern) if len(pattern) <= _LONGEST_PATTERN else None
    except (re.error, OverflowError, RecursionError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """One silence. `id` is empty until Alertmanager has given it one."""

    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    by: str
    comment: str
    id: str = ""

    def covers(self, labels: Mapping[str, str], now: datetime) -> bool:
        """Whether it keeps an alert with these labels quiet now."""
        if not self.matchers or not self.starts_at <= now < self.ends_at:
            return False
        return all(matcher.covers(labels) for matcher in self.matchers)


def silence_for(incident: Incident, by: str, length: timedelta, now: datetime) -> Silence:
    """A silence for the incident's group. Raises `Conflict` for a group without labels: it would silence everything."""
    matchers = tuple(Matcher(name, value) for name, value in sorted(incident.group_labels.items()) if value)
    if not matchers:
        raise Conflict(f"Incident {incident.id} has no group labels; a silence without a matcher would silence all.")
    if length <= timedelta(0):
        raise Conflict("A silence needs a length, such as 1h.")
    return Silence(
        matchers=matchers,
        starts_at=now,
        ends_at=now + length,
        by=by,
        comment=f"{MARK} {incident.id}: {incident.name}",
        id=incident.silence_id,
    )


def is_ours(silence: Silence, incident: Incident) -> bool:
    """Whether the silence was made from the chat for this incident."""
    return silence.comment.startswith(f"{MARK} {incident.id}:")


def covering(incident: Incident, silences: Iterable[Silence], now: datetime) -> Silence | None:
    """The silence that keeps all of the incident quiet, of several needed ones the one that ends first; or None."""
    known, needed = list(silences), []
    for alert in incident.firing:
        found = [each for each in known if each.covers(alert.labels, now)]
        if not found:
            return None
        needed.append(max(found, key=lambda each: each.ends_at))
    return min(needed, key=lambda each: each.ends_at, default=None)
