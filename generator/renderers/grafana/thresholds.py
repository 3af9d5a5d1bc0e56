"""Threshold steps: the line on a chart and the colour of a number, from the domain's limits."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from grafana_foundation_sdk.builders.dashboard import ThresholdsConfig
from grafana_foundation_sdk.models.dashboard import Threshold as Step
from grafana_foundation_sdk.models.dashboard import ThresholdsMode

from generator.domain.alert import Alert
from generator.domain.conditions import Threshold
from generator.renderers.grafana.colours import BY_SEVERITY, GREEN, RED
from generator.renderers.grafana.units import number

_JUST_ABOVE_ZERO = Fraction(1, 10**9)


def limits(threshold: Threshold, alerts: Iterable[Alert] = ()) -> dict[Fraction, str]:
    """Where trouble of which colour starts: red when there is one limit, by severity when alerts set several."""
    found = {
        alert.when.threshold.value: BY_SEVERITY[alert.severity]
        for alert in alerts
        if alert.when.threshold and _same_kind(alert.when.threshold, threshold)
    }
    return {threshold.value: RED, **found} if len(found) > 1 else {threshold.value: RED}


def _same_kind(one: Threshold, other: Threshold) -> bool:
    return one.comparison is other.comparison and one.unit == other.unit


def above(colours: Mapping[Fraction, str], *, exact: bool = True) -> ThresholdsConfig:
    """Green below all limits.

    Args:
        colours: the colour from each limit on.
        exact: whether a limit of zero is a line at zero. For a number it must not be: Grafana's steps include their
            value, ours do not, and idle systems sit at exactly zero.
    """
    steps = [Step(None, GREEN)]
    for limit, colour in sorted(colours.items()):
        steps.append(Step(number(limit if limit or exact else _JUST_ABOVE_ZERO), colour))
    return _absolute(steps)


def below(colours: Mapping[Fraction, str]) -> ThresholdsConfig:
    """Green from the highest limit on, and the colour of each limit beneath it."""
    ascending = sorted(colours.items())
    after = [colour for _, colour in ascending[1:]] + [GREEN]
    steps = [Step(None, ascending[0][1])]
    steps.extend(Step(number(limit), colour) for (limit, _), colour in zip(ascending, after, strict=True))
    return _absolute(steps)


def _absolute(steps: Sequence[Step]) -> ThresholdsConfig:
    return ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(list(steps))
