"""What is known of the results of one part of an expression."""

from dataclasses import dataclass

from generator.domain.metric import Metric


@dataclass(frozen=True, slots=True)
class Part:
    """The results of one node.

    Attributes:
        labels: the label keys they can have; None when that cannot be told, as for scalars.
        counter: the counter whose bare value they are, or empty.
        is_share: whether they lie between 0 and 1.
        buckets_of: the histogram whose buckets they are, counted or rated.
        quantile_of: the histogram that they are a quantile of.
    """

    labels: frozenset[str] | None = None
    counter: str = ""
    is_share: bool = False
    buckets_of: Metric | None = None
    quantile_of: Metric | None = None


UNKNOWN = Part()
