"""How long the way of an alert may take by configuration alone."""

from dataclasses import dataclass

from generator.domain.duration import Duration
from generator.domain.service import Service
from generator.drill.grouping import is_named_after_alerts
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
        told: from the breach to the message, at most: that, `for` and what the group lets it wait.
        grouped: how long the group lets its first news wait. A group that other alerts may have made before is known to
            Alertmanager for a while, and its news wait for the group's interval.
        calm: from the healing to the end of the alert, at most: the window has to forget the breach.
        resolved: from the healing to the message, at most: news of a known group waits for its interval.
    """

    detected: float
    told: float
    grouped: float
    calm: float
    resolved: float


def expectation(service: Service, subject: Subject) -> Expectation:
    """The sums for a scaled service."""
    settings, timing = service.settings, subject.timing
    look = seconds(settings.scrape_interval) + seconds(settings.evaluation_interval)
    detected = look + seconds(subject.window)
    over = detected + seconds(subject.keep_firing)
    grouped = seconds(
        timing.group_wait if is_named_after_alerts(service) else max(timing.group_wait, timing.group_interval)
    )
    return Expectation(
        detected=detected,
        told=detected + seconds(subject.wait) + grouped,
        grouped=grouped,
        calm=over,
        resolved=over + seconds(timing.group_interval),
    )


def seconds(duration: Duration) -> float:
    """As a plain number."""
    return float(duration.seconds)
