"""How long the loop waits for what comes next, and how long all of it may take: by the spec, not by a fixed number."""

from dataclasses import dataclass
from typing import Final

from generator.domain.service import Service
from generator.drill.expectation import expectation, seconds
from generator.drill.loop.measure import ALERT, Runs
from generator.drill.loop.moments import Moment
from generator.drill.subject import Subject
from generator.errors import TocsinError

SLACK: Final = 25.0
"""Seconds that a busy machine may add to anything."""

_STACK: Final = 32.5
"""Seconds for the start and the stop of everything, and for what the spec does not decide. So that all of it is over in
a minute as the spec is committed, sixty times as fast as life."""

_RUN: Final = 1.0
"""Seconds that a run may take; a stand-in for a CLI needs about a sixth of that."""

_ANSWERS: Final = 3.0
"""Messages about one run, of which a chat takes one a second; for what nobody waits for."""

LONGEST: Final = 1800.0
"""Seconds that somebody may be expected to look on."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Of one telling.

    Attributes:
        bound: seconds for all of it, the start and the stop of the stack included.
    """

    bound: float
    _promised: dict[Moment, float]

    def for_(self, moment: Moment) -> float:
        """Seconds from the moment before."""
        return self._promised.get(moment, 0.0) + SLACK


def patience(service: Service, alert: Subject, runs: Runs) -> Patience:
    """What the spec promises for every moment.

    Raises:
        TocsinError: when all of it would take longer than anybody looks on.
    """
    settings, found = service.settings, expectation(service, alert)
    scrape, evaluation = seconds(settings.scrape_interval), seconds(settings.evaluation_interval)
    bound = _STACK + found.told + found.resolved + runs.total * _RUN
    if bound > LONGEST:
        _refuse(service, found.told + found.resolved, bound)
    return Patience(
        bound,
        {
            Moment.WORK: runs.before * _RUN,
            Moment.FAILED: runs.failed * _RUN,
            Moment.APOLOGISED: (runs.before + runs.failed) * _ANSWERS,
            Moment.BREACHED: scrape,
            Moment.PENDING: evaluation,
            Moment.FIRING: seconds(alert.wait) + evaluation,
            Moment.TOLD: found.grouped,
            Moment.CHARTED: scrape,
            Moment.HEALED: runs.after * _RUN,
            Moment.RECOVERED: scrape,
            Moment.CALM: evaluation + seconds(alert.keep_firing),
            Moment.RESOLVED: seconds(alert.timing.group_interval),
        },
    )


def _refuse(service: Service, promised: float, bound: float) -> None:
    left = LONGEST - (bound - promised)
    need = int(promised * service.time_scale / left) + 1 if left > 0 else 0
    remedy = f"--time-scale {need} or more does" if left > 0 else f"rehearse it with `tocsin drill {ALERT}`"
    raise TocsinError(
        f"at --time-scale {service.time_scale} the loop with {ALERT} may take {bound / 60:.0f} minutes, and nobody "
        f"looks on for more than {LONGEST / 60:.0f}; {remedy}"
    )
