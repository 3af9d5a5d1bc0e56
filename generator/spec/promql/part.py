"""What is known of the results of one part of an expression."""

from dataclasses import dataclass, replace
from fractions import Fraction

from generator.domain.quantity import decimal


@dataclass(frozen=True, slots=True)
class Part:
    """The results of one node.

    Attributes:
        labels: the label keys they can have; None when that cannot be told, as for scalars.
        counter: the counter whose bare value they are, or empty.
        is_share: whether they lie between 0 and 1.
        bounds: the bucket bounds of the histogram whose quantile they are.
        histogram: its name.
    """

    labels: frozenset[str] | None = None
    counter: str = ""
    is_share: bool = False
    bounds: tuple[Fraction, ...] = ()
    histogram: str = ""

    def with_labels(self, labels: frozenset[str] | None) -> "Part":
        """The same values with other labels."""
        return replace(self, labels=labels)

    @property
    def usable_bounds(self) -> str:
        """Bounds that an estimate can lie above."""
        return ", ".join(decimal(bound) for bound in self.bounds[:-1]) or "none; add a larger bucket"


UNKNOWN = Part()
