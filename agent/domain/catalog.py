"""The runbook catalogue as the agent needs it: for each alert what it means and what to do about it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from agent.domain.chart import Measure
from agent.domain.incident import IncidentSeverity

_SLOT: Final = re.compile(r"\{(\w{1,64})\}")
WATCHDOGS: Final = frozenset({"TocsinWatchdog", "Watchdog"})
"""Alerts that always fire, by the names in use when no catalogue says so."""


@dataclass(frozen=True, slots=True)
class StepCall:
    """A call that a step consists of. `host` is empty for the agent's own API; `path` and `body` may have {slots}."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    host: str = ""

    @property
    def slots(self) -> tuple[str, ...]:
        """What has to be filled in before it can be made, each name once."""
        return tuple(dict.fromkeys((*_SLOT.findall(self.path), *_slots_in(self.body))))


def _slots_in(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(_SLOT.findall(value))
    if isinstance(value, Mapping):
        return tuple(name for each in value.values() for name in _slots_in(each))
    if isinstance(value, list | tuple):
        return tuple(name for each in value for name in _slots_in(each))
    return ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step: words, perhaps a command to copy, perhaps a call that can be made for you."""

    text: str
    run: str = ""
    call: StepCall | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One alert of the catalogue.

    Attributes:
        threshold: as a person reads it, such as `above 20 %`.
        on_objective: whether it fires when an objective is missed, so that recovery waits for it.
        routing: its labels that the bundle needs for itself and that tell a person nothing.
        measures: what it looks at; of an objective, by the `window` label of its alerts, and otherwise under the empty
            name.
    """

    name: str
    system: str = ""
    severity: str = ""
    sev: str = ""
    summary: str = ""
    impact: str = ""
    threshold: str = ""
    runbook_url: str = ""
    dashboard_url: str = ""
    steps: tuple[Step, ...] = ()
    on_objective: bool = False
    always_fires: bool = False
    routing: frozenset[str] = frozenset()
    measures: Mapping[str, Measure] = field(default_factory=dict)

    def measure(self, labels: Mapping[str, str]) -> Measure | None:
        """What an alert with these labels looks at; the first there is when the labels do not say, or None."""
        named = self.measures.get(labels.get("window", "")) or self.measures.get("")
        return named or next(iter(self.measures.values()), None)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is known about every alert. An empty one is fine: alerts are shown with their own annotations."""

    alerts: Mapping[str, Known] = field(default_factory=dict)
    sevs: Mapping[str, str] = field(default_factory=dict)
    group_by: tuple[str, ...] = ()
    """The labels by which the bundle's routes group alerts; empty while that is not known."""

    def about(self, name: str) -> Known:
        """What is known about an alert; of an unknown one only its name."""
        return self.alerts.get(name) or Known(name=name)

    def sev_of(self, name: str, severity: IncidentSeverity) -> str:
        """`SEV-1` and so on: the alert's own, but never less than its severity now stands for; or empty."""
        standing = self.sevs.get(severity, "")
        own = self.about(name)
        return own.sev if own.sev and own.severity == severity else standing or own.sev

    @property
    def watchdogs(self) -> frozenset[str]:
        """The alerts that always fire."""
        return WATCHDOGS | {each.name for each in self.alerts.values() if each.always_fires}
