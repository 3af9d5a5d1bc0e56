"""What the machinery adds to the way of an alert, leg by leg, beyond what the configuration lets each leg take."""

from collections.abc import Mapping

from generator.domain.service import Service
from generator.drill.expectation import expectation, seconds
from generator.drill.hops import Hop
from generator.drill.subject import Subject

MEANING = (
    "what detection took beyond a scrape, an evaluation and the condition's window, firing beyond `for` (which ends at "
    "an evaluation), and the message beyond the group's wait; a leg that took less counts as nothing"
)


def overhead(service: Service, subject: Subject, hops: Mapping[str, float]) -> float | None:
    """Seconds, never negative; None when nobody was told.

    It is the sum over the three legs of `MEANING`. A leg that came early does not pay for another one: how soon the
    next scrape comes after a breach is chance, and a late message stays late.

    Args:
        service: the whole, scaled.
        subject: what was rehearsed.
        hops: seconds from the breach to what was seen.
    """
    if not {Hop.PENDING, Hop.FIRING, Hop.TOLD} <= hops.keys():
        return None
    wait = seconds(subject.wait.round_up(service.settings.evaluation_interval))
    taken = (hops[Hop.PENDING], hops[Hop.FIRING] - hops[Hop.PENDING], hops[Hop.TOLD] - hops[Hop.FIRING])
    found = expectation(service, subject)
    allowed = (found.detected, wait, found.grouped)
    return sum(max(each - most, 0.0) for each, most in zip(taken, allowed, strict=True))
