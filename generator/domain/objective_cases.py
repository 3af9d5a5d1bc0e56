"""What is proven of every objective: that its budget burns at the right speed, clears, and counts every event once."""

from collections.abc import Iterator

from generator.domain.case import Case
from generator.domain.duration import Duration
from generator.domain.event_cases import EventCases
from generator.domain.objective import Objective
from generator.domain.slice_cases import SliceCases
from generator.domain.slis import EventSli, SlicesSli


def objective_cases(objective: Objective, step: Duration) -> Iterator[Case]:
    """All cases of one objective, for an indicator of events or of minutes."""
    match objective.sli:
        case EventSli() as sli:
            return iter(EventCases(objective, sli, step))
        case SlicesSli() as sli:
            return iter(SliceCases(objective, sli, step))
        case _:
            raise TypeError(f"no cases for {type(objective.sli).__name__}")
