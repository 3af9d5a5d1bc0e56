"""Series as they would be scraped, described so that a unit test and a rehearsal can both play them."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from generator.domain.duration import Duration
from generator.domain.selector import quoted


@dataclass(frozen=True, slots=True)
class Series:
    """The name and labels of one series."""

    name: str
    labels: Mapping[str, str]

    def __str__(self) -> str:
        if not self.labels:
            return self.name
        return f"{self.name}{{{','.join(f'{key}={quoted(value)}' for key, value in sorted(self.labels.items()))}}}"


@dataclass(frozen=True, slots=True)
class Steady:
    """A gauge that stays at a value."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Growing:
    """A counter that grows evenly, in events per second."""

    per_second: Fraction


@dataclass(frozen=True, slots=True)
class Bursting:
    """A counter that jumps by `events` at once, and again after every `every`."""

    events: int
    every: Duration


@dataclass(frozen=True, slots=True)
class Aging:
    """A gauge of Unix seconds that always lies `seconds` in the past."""

    seconds: Fraction


@dataclass(frozen=True, slots=True)
class Missing:
    """No series at all."""


Flow: TypeAlias = Steady | Growing | Bursting | Aging | Missing


@dataclass(frozen=True, slots=True)
class Signal:
    """One series and what it does."""

    series: Series
    flow: Flow


@dataclass(frozen=True, slots=True)
class Scripted:
    """One series with values in promtool's own notation, from a spec that brings its own examples."""

    series: str
    values: str
