"""How long the way of an alert takes by configuration alone: what is beyond it is the overhead of the machinery."""

from dataclasses import dataclass

from generator.domain.duration import Duration
from generator.domain.service import Service
from generator.drill.subject import Subject

SLACK = 30.0
"""Seconds that a busy machine may add before a hop counts as failed; Prometheus alone looks for new targets, and sends
alerts again, every five."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the configuration promises for one subject, in seconds.

    Attributes:
        told: from the breach to the message: a scrape, an evaluation, `for` and the group's wait. Not the condition's
            window: a breach is loud enough not to have to fill it.
        detected: from the breach to pending, at most, the window included.
        calm: from the healing to the end of the alert, at most: the window has to forget the breach.
        resolved: from the healing to the message, at most: news of a known group waits for its interval.
    """

    told: float
    detected: float
    calm: float
    resolved: float


def expectation(service: Service, subject: Subject) -> Expectation:
    """The sums for a scaled service."""
    settings, timing = service.settings, subject.timing
    look = _seconds(settings.scrape_interval) + _seconds(settings.evaluation_interval)
    over = look + _seconds(subject.window) + _seconds(subject.keep_firing)
    return Expectation(
        told=look + _seconds(subject.wait) + _seconds(timing.group_wait),
        detected=look + _seconds(subject.window),
        calm=over,
        resolved=over + _seconds(timing.group_interval),
    )


def _seconds(duration: Duration) -> float:
    return float(duration.seconds)
