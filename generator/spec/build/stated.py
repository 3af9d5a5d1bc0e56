"""Numbers that a sentence states together with what they count: `2 %`, `45 seconds`, `five approvals`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from generator.domain.conditions import Condition, Threshold
from generator.domain.quantity import Unit

_WORDS = {
    word: number
    for number, word in enumerate(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 2
    )
} | {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60}
_NUMBER = rf"(?<![\w.])(\d+(?:\.\d+)?|{'|'.join(_WORDS)})"
_SECONDS = {"millisecond": "0.001", "ms": "0.001", "second": "1", "s": "1", "minute": "60", "min": "60", "hour": "3600"}
_SECONDS |= {"h": "3600", "day": "86400", "d": "86400", "week": "604800"}
_TIME = re.compile(rf"{_NUMBER}[ -]?({'|'.join(sorted(_SECONDS, key=len, reverse=True))})s?\b", re.IGNORECASE)
_ONE_TIME = re.compile(r"\b(?:for|than|within|over|after|last) (an?|half an) (minute|hour|day|week)\b", re.IGNORECASE)
_SHARE = re.compile(rf"{_NUMBER} ?(?:%|percent\b)", re.IGNORECASE)
_BYTES = re.compile(r"(?<![\w.])(\d+(?:\.\d+)? ?[kMGT]i?B)\b")
_RATE = re.compile(rf"{_NUMBER}(?: times)? (?:an?|per) (second|minute|hour|day)\b", re.IGNORECASE)


class Dimension(Enum):
    """What a number counts."""

    SECONDS = "seconds"
    SHARE = "share"
    BYTES = "bytes"
    RATE = "rate"
    THINGS = "things"


@dataclass(frozen=True, slots=True)
class Stated:
    """A number in a sentence.

    Attributes:
        text: as it stands there.
        dimension: what it counts.
        value: how much; seconds, shares of one, bytes, events per second, things.
    """

    text: str
    dimension: Dimension
    value: Fraction


def of_threshold(threshold: Threshold) -> tuple[Dimension, Fraction]:
    """A threshold as a sentence would state it."""
    unit, value = threshold.unit, threshold.value
    if unit.per_second:
        return Dimension.RATE, value
    if unit.name == "milliseconds":
        return Dimension.SECONDS, value / 1000
    named = {"seconds": Dimension.SECONDS, "ratio": Dimension.SHARE, "bytes": Dimension.BYTES}
    return named.get(unit.name, Dimension.THINGS), value


def stated(text: str, condition: Condition) -> Iterator[Stated]:
    """Every number of a sentence about a condition whose unit can be told."""
    rest = text
    for found in _RATE.finditer(text):
        yield Stated(found[0], Dimension.RATE, _number(found[1]) / Fraction(_SECONDS[found[2].lower()]))
        rest = rest.replace(found[0], "")
    for found in _TIME.finditer(rest):
        yield Stated(found[0], Dimension.SECONDS, _number(found[1]) * Fraction(_SECONDS[found[2].lower()]))
    for found in _ONE_TIME.finditer(rest):
        share = Fraction(1, 2) if found[1].lower().startswith("half") else Fraction(1)
        yield Stated(f"{found[1]} {found[2]}", Dimension.SECONDS, share * Fraction(_SECONDS[found[2].lower()]))
    for found in _SHARE.finditer(rest):
        yield Stated(found[0], Dimension.SHARE, _number(found[1]) / 100)
    for found in _BYTES.finditer(rest):
        yield Stated(found[0], Dimension.BYTES, Unit("bytes").read(found[1]))
    yield from _things(rest, condition)


def _things(text: str, condition: Condition) -> Iterator[Stated]:
    """Numbers of what the threshold counts: `20 alerts`, `20 outgoing alerts`."""
    limit = condition.threshold
    if not limit or of_threshold(limit)[0] is not Dimension.THINGS or limit.unit.is_signed:
        return
    for found in re.finditer(rf"{_NUMBER}(?: [a-z-]+){{0,2}} {re.escape(limit.unit.name)}\b", text, re.IGNORECASE):
        yield Stated(found[0], Dimension.THINGS, _number(found[1]))


def _number(text: str) -> Fraction:
    return Fraction(_WORDS.get(text.lower(), 0) or text)
