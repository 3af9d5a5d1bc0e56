"""How long the way of an alert may take by configuration alone."""

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
        detected: from the breach to pending, at most: a scrape, an evaluation, and the condition's window, which a loud
            breach need not fill.
        told: from the breach to the message, at most: that, `for` and the group's wait.
        calm: from the healing to the end of the alert, at most: the window has to forget the breach.
        resolved: from the healing to the message, at most: news of a known group waits for its interval.
    """

    detected: float
    told: float
    calm: float
    resolved: float


def expectation(service: Service, subject: Subject) -> Expectation:
    """The sums for a scaled service."""
    settings, timing = service.settings, subject.timing
    look = seconds(settings.scrape_interval) + seconds(settings.evaluation_interval)
    detected = look + seconds(subject.window)
    over = detected + seconds(subject.keep_firing)
    return Expectation(
        detected=detected,
        told=detected + seconds(subject.wait) + seconds(timing.group_wait),
        calm=over,
        resolved=over + seconds(timing.group_interval),
    )


def seconds(duration: Duration) -> float:
    """As a plain number."""
    return float(duration.seconds)
