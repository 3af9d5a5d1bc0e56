"""`slices`: minutes in which a condition holds among all minutes, for what is a level and not an event.

Every slice weighs the same, traffic or not; the OpenSLO name of the method is Timeslices:
https://github.com/OpenSLO/OpenSLO#slo (`budgetingMethod`).
"""

from dataclasses import dataclass, replace
from typing import Self

from generator.domain.conditions import Condition
from generator.domain.duration import Duration
from generator.domain.selector import Selector
from generator.domain.slis.base import Sli


@dataclass(frozen=True, slots=True)
class SlicesSli(Sli):
    """An alert's condition, looked at once per slice.

    Attributes:
        alert: the alert's name.
        condition: its condition.
        slice: how long one slice is.
    """

    alert: str
    condition: Condition
    slice: Duration

    def errors(self, window: Duration, total: str = "") -> str:
        held = f"count_over_time(count({self.condition.expression})[{window}:{self.slice}])"
        return f"{held} or {total or self.total(window)} * 0"

    def total(self, window: Duration) -> str:
        return f"count_over_time(count({self.condition.measured})[{window}:{self.slice}])"

    @property
    def sentence(self) -> str:
        return f"every {self.slice.in_words().removeprefix('1 ')} in which {self.condition.sentence}"

    @property
    def selectors(self) -> tuple[Selector, ...]:
        return self.condition.selectors

    @property
    def event(self) -> str:
        return "minutes"

    @property
    def reads_raw(self) -> bool:
        return False  # a sub-query over an expression is dear, and minutes need no more precision than minutes

    def scaled(self, divisor: int) -> Self:
        return replace(self, condition=self.condition.scaled(divisor), slice=self.slice // divisor)
