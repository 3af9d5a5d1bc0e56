"""Phases of flows, one after the other, as values of series in promtool's notation.

Source: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import assert_never

from generator.domain.duration import Duration
from generator.domain.quantity import decimal
from generator.domain.signal import Aging, Bursting, Flow, Growing, Missing, Scripted, Signal, Steady

_MISSING = Missing()


@dataclass(frozen=True, slots=True)
class Phase:
    """What all series do for a while.

    Attributes:
        signals: one per series; a series that a phase does not name is missing in it.
        length: how long; a whole number of steps.
    """

    signals: Sequence[Signal | Scripted]
    length: Duration


def played(phases: Sequence[Phase], step: Duration) -> dict[str, str]:
    """Series and their values, one every `step`, over all phases; counters go on from where they were."""
    scripted = {s.series: s.values for phase in phases for s in phase.signals if isinstance(s, Scripted)}
    flows = [(_flows(phase), phase.length) for phase in phases]
    names = dict.fromkeys(name for known, _ in flows for name in known)
    parts = {name: tuple((known.get(name, _MISSING), length) for known, length in flows) for name in names}
    return {name: _values(part, step) for name, part in parts.items()} | scripted


def _flows(phase: Phase) -> Mapping[str, Flow]:
    return {str(s.series): s.flow for s in phase.signals if isinstance(s, Signal)}


@lru_cache(maxsize=1024)
def _values(parts: tuple[tuple[Flow, Duration], ...], step: Duration) -> str:
    """Remembered without the series' name: objectives with the same target have the same traffic."""
    return " ".join(_segments(parts, step))


def _segments(parts: tuple[tuple[Flow, Duration], ...], step: Duration) -> Iterator[str]:
    sample, value = 0, Fraction(0)
    for flow, length in parts:
        count = length.milliseconds // step.milliseconds
        if count:
            text, value = _segment(flow, sample, value, count, step)
            yield text
            sample += count


def _segment(flow: Flow, sample: int, value: Fraction, count: int, step: Duration) -> tuple[str, Fraction]:
    """The text of `count` samples from number `sample` on, and the last value, given the value before."""
    match flow:
        case Steady(value=level):
            return _line(level, Fraction(0), count), level
        case Growing(per_second=speed):
            increment = speed * step.seconds
            first = value + increment if sample else Fraction(0)
            return _line(first, increment, count), first + increment * (count - 1)
        case Bursting(events=events, every=every):
            return _bursts(value, events, max(every.milliseconds // step.milliseconds, 1), count)
        case Aging(seconds=age):
            first = sample * step.seconds - age
            return _line(first, step.seconds, count), value
        case Missing():
            return f"_x{count}", value
        case _:
            assert_never(flow)


def _bursts(value: Fraction, events: int, period: int, count: int) -> tuple[str, Fraction]:
    if not events:
        return _line(value, Fraction(0), count), value
    parts = []
    for start in range(0, count, period):
        value += events
        parts.append(_line(value, Fraction(0), min(period, count - start)))
    return " ".join(parts), value


def _line(first: Fraction, increment: Fraction, count: int) -> str:
    sign = "-" if increment < 0 else "+"
    return f"{decimal(first)}{sign}{decimal(abs(increment))}x{count - 1}"
