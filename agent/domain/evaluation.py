"""Offline evaluation: cases that were tried elsewhere, held against the four documented thresholds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Final

from agent.domain.reliability import nearest_rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One scenario that was tried.

    Attributes:
        has_evidence: whether the answer named what it rests on.
        complied: whether policy had nothing against what was done.
    """

    scenario_id: str
    passed: bool
    has_evidence: bool
    complied: bool
    latency_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Shares of cases that must be reached, and the latency that must not be exceeded."""

    accuracy: float = 0.8
    evidence_coverage: float = 0.7
    policy_compliance: float = 0.95
    latency_p95_ms: float = 3000.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure and its threshold."""

    name: str
    value: float
    threshold: float
    at_least: bool

    @property
    def passed(self) -> bool:
        """Whether it is good enough."""
        return self.value >= self.threshold if self.at_least else self.value <= self.threshold


def assess(cases: Sequence[Case], thresholds: Thresholds) -> tuple[Measured, ...]:
    """The four figures. There must be at least one case."""
    return tuple(
        Measured(f"offline.{each.name}", _FIGURES[each.name](cases), getattr(thresholds, each.name), each.name != _SLOW)
        for each in fields(thresholds)
    )


def _share(holds: Callable[[Case], bool]) -> Callable[[Sequence[Case]], float]:
    return lambda cases: sum(map(holds, cases)) / len(cases)


_SLOW: Final = "latency_p95_ms"
_FIGURES: Final[dict[str, Callable[[Sequence[Case]], float]]] = {
    "accuracy": _share(lambda case: case.passed),
    "evidence_coverage": _share(lambda case: case.has_evidence),
    "policy_compliance": _share(lambda case: case.complied),
    _SLOW: lambda cases: nearest_rank([case.latency_ms for case in cases], 95),
}
