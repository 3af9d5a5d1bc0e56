"""What is seen when the loop is told, from a run that fails to a message that says it is over."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from generator.drill.hops import Hop
from generator.drill.loop.phone import Message


class Moment(StrEnum):
    """In the order in which they have to be seen."""

    WORK = "runs succeed"
    FAILED = "runs fail"
    APOLOGISED = "whoever asked is told, and what can be done"
    BREACHED = "Prometheus scrapes a failure rate above the threshold"
    PENDING = "the alert is pending"
    FIRING = "the alert fires"
    ROUTED = "Alertmanager has it"
    TOLD = "the incident is in the chat of whoever is on call"
    CHARTED = "its chart, as a picture"
    ACKED = "acknowledged with a tap"
    HEALED = "runs succeed again"
    RECOVERED = "Prometheus scrapes a failure rate below the threshold"
    CALM = "the alert ends"
    RESOLVED = "resolved in place, in the same message"


BESIDE: Final = frozenset({Moment.APOLOGISED, Moment.CHARTED})
"""What nobody waits for."""

_THERE: Final = {
    Hop.PENDING: Moment.PENDING,
    Hop.FIRING: Moment.FIRING,
    Hop.ROUTED: Moment.ROUTED,
    Hop.TOLD: Moment.TOLD,
}
_BACK: Final = {Hop.CALM: Moment.CALM, Hop.RESOLVED: Moment.RESOLVED}


@dataclass(frozen=True, slots=True)
class Seen:
    """One moment.

    Attributes:
        at: seconds since the beginning.
        took: seconds since the moment before; of what nobody waits for, since what it answers.
        message: what shows it, if a message does.
    """

    moment: Moment
    at: float
    took: float
    message: Message | None


def hops(seen: dict[Moment, float]) -> dict[str, float]:
    """The hops that every rehearsal has: seconds since the runs had failed, and since they succeeded again.

    Args:
        seen: seconds since the beginning.
    """
    ways = ((Moment.FAILED, _THERE), (Moment.HEALED, _BACK))
    return {
        str(hop): seen[moment] - seen[since] for since, way in ways for hop, moment in way.items() if moment in seen
    }
