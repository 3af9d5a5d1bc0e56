"""Numbers with units: what a threshold is written in, compared in, and shown in."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from generator.domain.duration import Duration
from generator.errors import ValueProblem

_QUANTITY = re.compile(
    r"([+-]?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,2})?)\s*(%|ms|[smhdw]|/s|[kMGT]i?B|B|)", re.ASCII
)
_SMALLEST, _LARGEST = Fraction(1, 10**9), Fraction(10**15)
"""Between them a float tells a number from one that is 5 % away, and whole events from one more."""
_SECONDS = {
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "m": Fraction(60),
    "h": Fraction(3600),
    "d": Fraction(86400),
    "w": Fraction(604800),
}
_BYTES = {
    "B": 1,
    "kB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "kiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}
_SIGNED = ("state", "number")
_TIME_UNITS = ("seconds", "milliseconds")


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts: `seconds`, `milliseconds`, `bytes`, `ratio`, `state`, `timestamp`, or any plural noun.

    Attributes:
        name: the word.
        per_second: whether the number is a rate of it.
    """

    name: str
    per_second: bool = False

    @classmethod
    def parse(cls, text: str) -> "Unit":
        """Read `events`, `events/s`."""
        name, slash, tail = text.partition("/")
        return cls(name, per_second=bool(slash) and tail == "s")

    @property
    def is_share(self) -> bool:
        """Whether its numbers lie between 0 and 1."""
        return self.name == "ratio" and not self.per_second

    @property
    def is_signed(self) -> bool:
        """Whether its numbers can be negative; nothing that is counted, timed or weighed can."""
        return self.name in _SIGNED and not self.per_second

    def rate(self) -> "Unit":
        """The unit of events of this unit per second."""
        return Unit(self.name, per_second=True)

    def __str__(self) -> str:
        return f"{self.name}/s" if self.per_second else self.name

    def read(self, text: str) -> Fraction:
        """The number that `text` states, in this unit.

        Raises:
            ValueProblem: when it is no number, or is stated in a unit that does not fit this one.
        """
        found = _QUANTITY.fullmatch(text.strip())
        if not found:
            raise ValueProblem(f"{text!r} is not a quantity", f"write a number of {self}, such as {self.example()}")
        number, suffix = Fraction(found[1]), found[2]
        value = self._converted(number, suffix)
        if value is None:
            raise ValueProblem(f"{text!r} is not a number of {self}", f"write it as {self.example()}")
        if self.is_share and not 0 <= value <= 1:
            raise ValueProblem(f"{text!r} lies outside 0 % to 100 %", "a ratio is a share; write it as 2% or 0.02")
        if value < 0 and not self.is_signed:
            remedy = f"a number of {self} cannot be; write it as {self.example()}, or give the metric the unit number"
            raise ValueProblem(f"{text!r} is negative", remedy)
        if value and not _SMALLEST <= abs(value) <= _LARGEST:
            raise ValueProblem(f"{text!r} is too small or too large", "stay between 1e-9 and 1e15")
        return value

    def _converted(self, number: Fraction, suffix: str) -> Fraction | None:
        if not suffix:
            return number
        if suffix == "/s":
            return number if self.per_second else None
        if self.per_second:
            return None
        if suffix == "%":
            return number / 100 if self.name == "ratio" else None
        if suffix in _SECONDS and self.name in _TIME_UNITS:
            return number * _SECONDS[suffix] * (1000 if self.name == "milliseconds" else 1)
        if suffix in _BYTES and self.name == "bytes":
            return number * _BYTES[suffix]
        return None

    def example(self) -> str:
        """A quantity of this unit, for a remedy."""
        if self.per_second:
            return "0.05/s"
        return {"ratio": "2%", "seconds": "45s", "milliseconds": "5000ms", "bytes": "5GB"}.get(self.name, "1000")

    def show(self, value: Fraction) -> str:
        """`value` for a person: `2 %`, `0.05 events/s`, `1 h`, `5 GB`."""
        if self.per_second:
            return f"{decimal(value)} {self.name}/s"
        if self.name == "ratio":
            return f"{decimal(value * 100)} %"
        if self.name == "seconds":
            return _show_seconds(value)
        if self.name == "milliseconds":
            return f"{decimal(value)} ms"
        if self.name == "bytes":
            return _show_bytes(value)
        return decimal(value) if self.is_signed else f"{decimal(value)} {self.name}"

    def in_words(self, value: Fraction) -> str:
        """`value` in a sentence that names what is counted itself: `2 %`, `45 seconds`, `3 times a minute`, `1000`."""
        if self.per_second:
            return _frequency(value)
        if self.name in _TIME_UNITS:
            milliseconds = value * (1 if self.name == "milliseconds" else 1000)
            if milliseconds.denominator == 1:
                return Duration(milliseconds.numerator).in_words()
        return self.show(value) if self.name in {"ratio", "bytes", *_TIME_UNITS} else decimal(value)

    def template(self, value: str = "$value") -> str:
        """The Go template that shows `value` of this unit in an annotation."""
        if self.per_second:
            return "{{ " + value + " | humanize }}/s"
        form = {
            "ratio": "humanizePercentage",
            "seconds": "humanizeDuration",
            "bytes": "humanize1024",
            "state": "humanize",
        }.get(self.name, 'printf "%.6g"')  # 25.4 beside a threshold of 25 must not read as 25
        tail = {"bytes": "B", "milliseconds": " ms"}.get(self.name, "")
        return "{{ " + f"{value} | {form}" + " }}" + tail


def _frequency(value: Fraction) -> str:
    """How often, over the shortest time in which it is a whole number."""
    for seconds, name in ((1, "second"), (60, "minute"), (3600, "hour"), (86400, "day")):
        if (value * seconds).denominator == 1:
            return f"{decimal(value * seconds)} time{'' if value * seconds == 1 else 's'} a {name}"
    return f"{decimal(value)} times a second"


def _show_seconds(value: Fraction) -> str:
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if value >= size and (value / size).denominator == 1 and not (size == 60 and value < 120):
            return f"{decimal(value / size)} {name}"
    return f"{decimal(value)} s"


def _show_bytes(value: Fraction) -> str:
    for name in ("TB", "GB", "MB", "kB"):
        if value >= _BYTES[name]:
            return f"{decimal(value / _BYTES[name])} {name}"
    return f"{decimal(value)} B"


def decimal(value: Fraction) -> str:
    """`value` as a plain decimal without float noise; at most 12 significant digits when it has no finite form.

    `Fraction(999, 1000)` is `0.999`, `Fraction(5 * 10**9)` is `5000000000`, `Fraction(1, 3)` is `0.333333333333`.
    """
    if value.denominator == 1:
        return str(value.numerator)
    return _finite(value.numerator, value.denominator)


@lru_cache(maxsize=1024)
def _finite(numerator: int, denominator: int) -> str:
    """Remembered by two integers: hashing and comparing a Fraction takes longer than all the rest of a look-up."""
    exact = Decimal(numerator) / Decimal(denominator)
    if Fraction(exact) != Fraction(numerator, denominator):
        exact = Decimal(f"{exact:.12g}")
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
