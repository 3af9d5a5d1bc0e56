"""What the proofs of all objectives share: expectations about the objective's own series."""

from generator.domain import names
from generator.domain.case import Case, Check, firing
from generator.domain.duration import Duration
from generator.domain.objective import Objective
from generator.domain.objective_rules import BASE
from generator.domain.selector import quoted
from generator.domain.timeline import Phase, played
from generator.domain.windows import HOUR, BurnWindow


class BudgetCases:
    """Names, windows and times of one objective, worked out once for its dozen cases."""

    def __init__(self, objective: Objective, step: Duration) -> None:
        self._objective = objective
        self._alert = objective.alert_name
        self._windows = objective.windows
        self._minute = step
        self._coarse = step * 2
        self._labels = {names.SLO: objective.id, names.SYSTEM: objective.system}
        self._base = BASE // objective.time_scale
        self._hour = HOUR // objective.time_scale

    def _recorded(self, name: str) -> str:
        return f"{name}{{{names.SLO}={quoted(self._objective.id)}}}"

    def _fires(self, window: BurnWindow, at: Duration) -> Check:
        severity = self._objective.severity(window)
        labels = self._labels | {names.SEVERITY: str(severity), names.WINDOW: str(window.long)}
        return firing(self._alert, at, labels, window=str(window.long))

    def _silent(self, window: BurnWindow, at: Duration) -> Check:
        return firing(self._alert, at, window=str(window.long))

    def _all_silent(self, at: Duration) -> Check:
        return firing(self._alert, at)

    def _case(self, truth: str, phases: list[Phase], checks: list[Check], step: Duration) -> Case:
        return Case(self._objective.id, truth, step, played(phases, step), checks)

    def _after(self, window: BurnWindow) -> Duration:
        """When a steady burn from the start must have fired: two recorded base windows, then `for`."""
        return self._base * 2 + self._objective.wait(window) + self._coarse * 2
