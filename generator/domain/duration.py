"""Lengths of time, exact, in Prometheus' notation."""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, total_ordering
from typing import Self

from generator.errors import ValueProblem

_MILLISECONDS = {"w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_PART = re.compile(r"(\d+)(ms|[smhdw])", re.ASCII)
_WHOLE = re.compile("".join(rf"(?:\d{{1,12}}{unit})?" for unit in _MILLISECONDS), re.ASCII)
_LONGEST = 10 * 365 * 86_400_000


@lru_cache(maxsize=1024)
def _shortest(milliseconds: int) -> str:
    parts = []
    for unit in ("d", "h", "m", "s", "ms"):
        count, milliseconds = divmod(milliseconds, _MILLISECONDS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


@total_ordering
@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in whole milliseconds, the resolution of Prometheus.

    `str()` gives the form that PromQL and Alertmanager read, such as `10m` or `1h30m`.
    Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/ (`<duration>`).
    """

    milliseconds: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `10m`, `1h30m`, `0s`; each unit once and the longer first, as Prometheus has it.

        Raises:
            ValueProblem: for anything else, and for more than ten years.
        """
        if text == "0":
            return cls(0)
        if not text or not _WHOLE.fullmatch(text):
            raise ValueProblem(f"{text!r} is not a duration", "write a number and a unit, such as 30s, 10m or 1h30m")
        total = sum(int(number) * _MILLISECONDS[unit] for number, unit in _PART.findall(text))
        if total > _LONGEST:
            raise ValueProblem(f"{text!r} is longer than ten years", "use a shorter duration")
        return cls(total)

    @classmethod
    def of_seconds(cls, seconds: int | Fraction) -> Self:
        """The duration of so many seconds, rounded down to a millisecond."""
        return cls(int(seconds * 1000))

    @property
    def seconds(self) -> Fraction:
        """The length in seconds, exact."""
        return Fraction(self.milliseconds, 1000)

    def __str__(self) -> str:
        """The shortest form in one or more descending units: `90s` is `1m30s`."""
        return _shortest(self.milliseconds)

    def __bool__(self) -> bool:
        return self.milliseconds != 0

    def __lt__(self, other: "Duration") -> bool:
        return self.milliseconds < other.milliseconds

    def __add__(self, other: "Duration") -> "Duration":
        return Duration(self.milliseconds + other.milliseconds)

    def __sub__(self, other: "Duration") -> "Duration":
        return Duration(self.milliseconds - other.milliseconds)

    def __mul__(self, times: int) -> "Duration":
        return Duration(self.milliseconds * times)

    def __floordiv__(self, divisor: int) -> "Duration":
        """Divided and rounded down, but never to zero unless it was zero: a window of no length means nothing."""
        return Duration(max(self.milliseconds // divisor, 1)) if self.milliseconds else self

    def ratio(self, other: "Duration") -> Fraction:
        """How many times `other` fits into this one."""
        return Fraction(self.milliseconds, other.milliseconds)

    def round_up(self, step: "Duration") -> "Duration":
        """The next multiple of `step`, this one included."""
        return step * -(-self.milliseconds // step.milliseconds)

    def in_words(self) -> str:
        """For a sentence: `10 minutes`, `1 hour 30 minutes`."""
        names = {"d": "day", "h": "hour", "m": "minute", "s": "second", "ms": "millisecond"}
        if not self.milliseconds:
            return "0 seconds"
        found = _PART.findall(str(self))
        return " ".join(f"{number} {names[unit]}{'' if number == '1' else 's'}" for number, unit in found)
