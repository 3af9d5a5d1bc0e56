"""What is seen of an alert on its way, in every rehearsal with the same names and the same zero."""

from enum import StrEnum


class Hop(StrEnum):
    """In order; seconds since the breach, and from `CALM` on since the healing."""

    PENDING = "pending"
    FIRING = "firing"
    ROUTED = "alertmanager"
    TOLD = "told"
    CALM = "calm"
    RESOLVED = "resolved"
