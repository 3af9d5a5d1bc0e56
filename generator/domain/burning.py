"""Traffic that burns a budget at a known speed; many objectives are proven with the same, so it is worked out once."""

from fractions import Fraction
from functools import lru_cache

from generator.domain.objective_rules import BASE
from generator.domain.slis.traffic import Traffic, traffic

TRAFFIC = Fraction(50)
"""Events per second of ordinary test traffic."""

RARE = Fraction(10, 3600)
"""Events per second of a service that hardly anybody uses."""


@lru_cache(maxsize=256)
def around(factor: Fraction, budget: Fraction, min_errors: int, scale: int) -> tuple[Traffic, Traffic]:
    """Traffic that burns 5 % faster than so many times the budget, and 5 % slower; many objectives share it."""
    share = factor * budget
    fast, slow = min(share * Fraction(105, 100), Fraction(1)), share * Fraction(95, 100)
    return burning(fast, min_errors, scale), burning(slow, min_errors, scale)


def burning(share: Fraction, min_errors: int, scale: int) -> Traffic:
    """Traffic of which `min_errors` never decides: twice as many errors in each base window."""
    needed = min_errors * 2 / BASE.seconds / share
    return shared(share, max(TRAFFIC, needed), scale)


@lru_cache(maxsize=256)
def shared(share: Fraction, events: Fraction, scale: int) -> Traffic:
    """So many events per second, of which a share is bad, in a world that runs so many times faster."""
    rate = events * scale
    return traffic(rate * share, rate)
