"""Series as they would be scraped, described so that a unit test and a rehearsal can both play them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from generator.domain.duration import Duration
from generator.domain.selector import quoted


@dataclass(frozen=True, slots=True)
class Series:
    """The name and labels of one series, and its text, which every phase of a test asks for."""

    name: str
    labels: Mapping[str, str]
    _text: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        text = ",".join([f"{key}={quoted(value)}" for key, value in sorted(self.labels.items())])
        object.__setattr__(self, "_text", f"{self.name}{{{text}}}" if text else self.name)

    def __str__(self) -> str:
        return self._text


@dataclass(frozen=True, slots=True)
class Steady:
    """A gauge that stays at a value."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Growing:
    """A counter that grows evenly, in events per second."""

    per_second: Fraction

    def __hash__(self) -> int:
        return hash(self.per_second.numerator)  # flows are remembered by the ten thousand, and a Fraction's own is slow


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
