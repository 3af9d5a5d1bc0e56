"""Names and colours for the numbers of a metric that encodes a state."""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from grafana_foundation_sdk.models.dashboard import ValueMap, ValueMapping, ValueMappingResult

from generator.domain.conditions import Threshold
from generator.domain.conditions.down import UP
from generator.domain.dashboard import Panel
from generator.domain.metric import Metric
from generator.domain.quantity import decimal
from generator.renderers.grafana.colours import GREEN, ORANGE, RED

REACHED = {"up": Fraction(1), "down": Fraction(0)}
"""Prometheus' own `up`. Source: https://prometheus.io/docs/concepts/jobs_instances/"""

_WORD = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


def states_of(panel: Panel, metrics: Iterable[Metric]) -> Mapping[str, Fraction]:
    """The states that the panel's numbers stand for, by name; empty when they are plain numbers."""
    if panel.unit.name != "state":
        return {}
    read = {word for query in panel.queries for word in _WORD.findall(query.expression)}
    found = {name: value for metric in metrics if metric.name in read for name, value in metric.states.items()}
    return found or (REACHED if UP.name in read else {})


def mappings(states: Mapping[str, Fraction], threshold: Threshold) -> list[ValueMapping]:
    """Each state's name in its colour: green on the good side, red at the far end of the bad one, orange between."""
    if not states:
        return []
    worst = max(states.values()) if threshold.is_above else min(states.values())
    results = {
        decimal(value): ValueMappingResult(
            text=name.replace("_", " "), color=_colour(value, worst, threshold), index=index
        )
        for index, (name, value) in enumerate(states.items())
    }
    return [ValueMap(results)]


def _colour(value: Fraction, worst: Fraction, threshold: Threshold) -> str:
    is_bad = value > threshold.value if threshold.is_above else value < threshold.value
    if not is_bad:
        return GREEN
    return RED if value == worst else ORANGE
