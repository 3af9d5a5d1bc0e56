"""The runbook catalogue as the agent needs it: for each alert what it means and what to do about it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2s
from itertools import chain
from typing import Any, Final, Self, TypeVar

from agent.domain.chart import Measure
from agent.domain.incident import IncidentSeverity
from agent.errors import Conflict, NotFound

_T = TypeVar("_T")
_REFERENCE: Final = re.compile(r"(?:([\w-]{1,100})\.)?([0-9]{1,3})")
_SLOT: Final = re.compile(r"\{(\w{1,64})\}")
WATCHDOGS: Final = frozenset({"TocsinWatchdog", "Watchdog"})
"""Alerts that always fire, by the names in use when no catalogue says so."""


@dataclass(frozen=True, slots=True)
class StepCall:
    """A call that a step consists of. `host` is empty for the agent's own API; `path` and `body` may have {slots}.

    `values` says of slots what they are and where they are found, those first that a person most likely fills in.
    """

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    host: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def slots(self) -> tuple[str, ...]:
        """What has to be filled in before it can be made, each name once."""
        return tuple(dict.fromkeys((*_SLOT.findall(self.path), *_slots_in(self.body))))

    def collection(self, slot: str) -> str:
        """The path under which that lies of which a slot of the path names one, as REST has it; or empty."""
        before, found, after = self.path.partition("?")[0].partition(f"/{{{slot}}}")
        return before if found and after[:1] in {"", "/"} else ""


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


def calls_among(steps: Sequence[Step]) -> tuple[tuple[int, Step], ...]:
    """Those that can be run, with their numbers."""
    return tuple((number, step) for number, step in enumerate(steps, 1) if step.call is not None)


@dataclass(frozen=True, slots=True)
class StepRef:
    """Which step is meant: `3` is one of the alert's own, `rollback.2` one of a procedure's."""

    number: int
    procedure: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """As a person types it. Raises `Conflict`."""
        found = _REFERENCE.fullmatch(text)
        if found is None:
            raise Conflict(f"A step is a number, or PROCEDURE.NUMBER as in rollback.2, not “{text[:40]}”.")
        return cls(int(found[2]), found[1] or "")

    def __str__(self) -> str:
        """As a person types it."""
        return f"{self.procedure}.{self.number}" if self.procedure else str(self.number)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a procedure; the title is empty when there is only one."""

    title: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """What to do that belongs to no single alert."""

    name: str
    title: str = ""
    system: str = ""
    when: str = ""
    runbook_url: str = ""
    sections: tuple[Section, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """Of all sections; they are numbered through."""
        return tuple(chain.from_iterable(section.steps for section in self.sections))

    @property
    def mark(self) -> str:
        """A name for buttons, which have little room; it goes with the name."""
        return blake2s(self.name.encode(), digest_size=3).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One alert of the catalogue.

    Attributes:
        threshold: as a person reads it, such as `above 20 %`.
        see: the names of the procedures worth opening.
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
    see: tuple[str, ...] = ()
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
    procedures: Mapping[str, Procedure] = field(default_factory=dict)

    def alert(self, name: str) -> Known | None:
        """An alert by its name, in whatever case it was typed."""
        return self.alerts.get(name) or _in_any_case(self.alerts, name)

    def procedure(self, name: str) -> Procedure | None:
        """A procedure by its name, in whatever case it was typed, or by its mark."""
        found = self.procedures.get(name) or _in_any_case(self.procedures, name)
        return found or next((each for each in self.procedures.values() if each.mark == name), None)

    def seen_from(self, known: Known) -> tuple[Procedure, ...]:
        """The procedures to which an alert leads."""
        return tuple(self.procedures[name] for name in known.see if name in self.procedures)

    def step(self, alert: str, ref: StepRef) -> tuple[Step, StepRef]:
        """A step of the alert's runbook or of any procedure, and its reference by the full name. Raises `NotFound`."""
        if not ref.procedure:
            return _numbered(self.about(alert).steps, ref.number, f"The runbook of {alert}"), ref
        found = self.procedure(ref.procedure)
        if found is None:
            raise NotFound(f"There is no procedure {ref.procedure[:100]}; /runbook lists them.")
        return _numbered(found.steps, ref.number, f"The procedure {found.name}"), StepRef(ref.number, found.name)

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


def _numbered(steps: Sequence[Step], number: int, what: str) -> Step:
    if not 1 <= number <= len(steps):
        raise NotFound(f"{what} has no step {number}; it has {len(steps)}.")
    return steps[number - 1]


def _in_any_case(among: Mapping[str, _T], name: str) -> _T | None:
    return next((found for known, found in among.items() if known.casefold() == name.casefold()), None)
