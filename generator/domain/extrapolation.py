"""What `rate()` makes of an evenly growing counter, to the last bit.

Test series that sit exactly on a threshold must come out exactly on it in Prometheus 2 (ranges closed on the left)
and 3 (open on the left): https://prometheus.io/docs/prometheus/latest/migration/#range-selectors-and-lookback-exclude-samples-coinciding-with-the-left-boundary
"""

from collections.abc import Iterator
from fractions import Fraction

from generator.domain.duration import Duration


def rates(increment: float, step: Duration, window: Duration) -> tuple[float, float]:
    """`rate()` of a counter that grows by `increment` every `step`, as Prometheus 2 and 3 compute it."""
    return (_rate(increment, step, window, left_open=False), _rate(increment, step, window, left_open=True))


def _rate(increment: float, step: Duration, window: Duration, *, left_open: bool) -> float:
    """`extrapolatedRate` of Prometheus' promql/functions.go for samples on multiples of the step."""
    intervals = window.milliseconds // step.milliseconds - (1 if left_open else 0)
    sampled = intervals * step.milliseconds / 1000
    to_start = step.milliseconds / 1000 if left_open else 0.0
    factor = (sampled + to_start) / sampled / (window.milliseconds / 1000)
    return increment * intervals * factor


def exact_rate(per_second: Fraction, step: Duration, window: Duration) -> bool:
    """Whether whole events every `step` make a rate of exactly `per_second` in both versions."""
    increment = per_second * step.seconds
    return increment.denominator == 1 and all(one == float(per_second) for one in rates(float(increment), step, window))


def exact_share(part: int, total: int, step: Duration, window: Duration) -> tuple[int, int]:
    """Multiples of `part` and `total` whose rates divide to exactly `part / total` in both versions.

    Falls back to the numbers themselves when no multiple up to 400 does.
    """
    wanted = part / total
    for times in _multiples():
        parts, totals = rates(part * times, step, window), rates(total * times, step, window)
        if all(one / whole == wanted for one, whole in zip(parts, totals, strict=True)):
            return part * times, total * times
    return part, total


def _multiples() -> Iterator[int]:
    return iter(range(1, 401))
