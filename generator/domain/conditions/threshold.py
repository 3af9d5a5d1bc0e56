"""A number, the side of it on which trouble lies, and values around it for tests and rehearsals."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from generator.domain.quantity import Unit, decimal


class Comparison(StrEnum):
    """On which side of the threshold the trouble lies."""

    ABOVE = "above"
    BELOW = "below"

    @property
    def operator(self) -> str:
        """The PromQL operator; always strict, so the threshold itself is fine."""
        return ">" if self is Comparison.ABOVE else "<"


class Level(StrEnum):
    """Where the measured value lies, for a test or a rehearsal."""

    BREACHED = "breached"
    AT_THRESHOLD = "at the threshold"
    WITHIN = "within"
    IDLE = "idle"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number, the side on which trouble lies, and the unit that both sides share."""

    comparison: Comparison
    value: Fraction
    unit: Unit

    @property
    def is_above(self) -> bool:
        """Whether too much is the trouble."""
        return self.comparison is Comparison.ABOVE

    @property
    def is_out_of_reach(self) -> bool:
        """Whether no value can ever lie beyond it, because of what the unit is."""
        if self.unit.is_share and self.is_above:
            return self.value >= 1
        return not self.is_above and self.value <= 0 and not self.unit.is_signed

    def __str__(self) -> str:
        """The end of the PromQL expression: `> 0.02`."""
        return f"{self.comparison.operator} {decimal(self.value)}"

    def in_words(self) -> str:
        """`above 2 %`."""
        return f"{self.comparison} {self.unit.show(self.value)}"

    def at(self, level: Level) -> Fraction:
        """A value at that level, 5 % off the threshold where it is not on it; within zero, nothing is left but zero."""
        off = abs(self.value) / 20 or Fraction(1)
        beyond, inside = (off, -off) if self.is_above else (-off, off)
        within = self.value + inside if self.value else max(inside, Fraction(0))
        return {Level.BREACHED: self.value + beyond, Level.AT_THRESHOLD: self.value}.get(level, within)
