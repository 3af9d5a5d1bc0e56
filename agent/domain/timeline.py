"""What happened in a run, in order, for the person who wants to know why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from agent.domain.events import EventName


@dataclass(frozen=True, slots=True)
class Moment:
    """One event of a run with its time."""

    run_id: str
    event: EventName
    facts: Mapping[str, str]
    at: datetime
