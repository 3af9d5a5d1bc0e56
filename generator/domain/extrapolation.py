"""What `rate()` makes of an evenly growing counter, to the last bit.

Test series that sit exactly on a threshold must come out exactly on it in Prometheus 2 (ranges closed on the left)
and 3 (open on the left): https://prometheus.io/docs/prometheus/latest/migration/#range-selectors-and-lookback-exclude-samples-coinciding-with-the-left-boundary
"""

from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from generator.domain.duration import Duration

Fits: TypeAlias = Callable[[float, float, float], bool]
_MOST_TIMES = 400


def rates(increment: float, step: Duration, window: Duration) -> tuple[float, float]:
    """`rate()` of a counter that grows by `increment` every `step`, as Prometheus 2 and 3 compute it."""
    return (_rate(increment, step, window, left_open=False), _rate(increment, step, window, left_open=True))


def _rate(increment: float, step: Duration, window: Duration, *, left_open: bool) -> float:
    """`extrapolatedRate` of Prometheus' promql/functions.go for samples on multiples of the step."""
    intervals, gap = divmod(window.milliseconds, step.milliseconds)
    if left_open and not gap:
        intervals, gap = intervals - 1, step.milliseconds
    sampled = intervals * step.milliseconds / 1000
    factor = (sampled + gap / 1000) / sampled / (window.milliseconds / 1000)
    return increment * intervals * factor


HAIR = Fraction(1, 10**9)
"""How far inside a threshold a series is put that floats would not keep on it."""


def exact_rate(per_second: Fraction, step: Duration, window: Duration) -> bool:
    """Whether whole events every `step` make a rate of exactly `per_second` in both versions."""
    increment = per_second * step.seconds
    return increment.denominator == 1 and all(one == float(per_second) for one in rates(float(increment), step, window))


def exact_share(
    share: Fraction, step: Duration, window: Duration, fits: Fits, least: int = 1
) -> tuple[Fraction, Fraction] | None:
    """Whole events of the part and the whole in each `step` that make `share`, and whose rates fit in both versions.

    Args:
        share: events of the part for each of the whole.
        step: how often the counters grow.
        window: how far back the rates look.
        fits: whether the rates of the part, of the rest and of the whole compare as the numbers do.
        least: by how much numerator and denominator are multiplied at least.
    """
    for times in range(least, least + _MOST_TIMES):
        part, whole = share.numerator * times, share.denominator * times
        found = (rates(events, step, window) for events in (part, whole - part, whole))
        if all(fits(*each) for each in zip(*found, strict=True)):
            return Fraction(part), Fraction(whole)
    return None
