"""Values in promtool's notation as plain numbers, for conditions that bring their own examples.

Source: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
"""

import re
from collections.abc import Iterator

from generator.domain.metric import TARGET_LABELS
from generator.domain.signal import Scripted, Series
from generator.errors import TocsinError

_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_RUN = re.compile(rf"({_NUMBER})(?:([+-])({_NUMBER.removeprefix('[+-]?')}))?x(\d+)")
_GAP = re.compile(r"_(?:x(\d+))?|stale")
_SERIES = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{(.*)\})?\s*")
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")


def series_of(script: Scripted) -> Series:
    """The series that it describes, without the labels that Prometheus adds when it scrapes.

    Raises:
        TocsinError: when it is no series.
    """
    found = _SERIES.fullmatch(script.series)
    if not found:
        raise TocsinError(f'{script.series!r} is no series; write name{{label="value"}}')
    labels = {name: _ESCAPED.sub(_unescaped, value) for name, value in _LABEL.findall(found[2] or "")}
    return Series(found[1], {name: value for name, value in labels.items() if name not in TARGET_LABELS})


def values_of(script: Scripted) -> tuple[float | None, ...]:
    """One value per step; None where there is no sample.

    Raises:
        TocsinError: when it is not in promtool's notation.
    """
    return tuple(value for word in script.values.split() for value in _word(word))


def _word(word: str) -> Iterator[float | None]:
    gap, run = _GAP.fullmatch(word), _RUN.fullmatch(word)
    if gap:
        yield from [None] * int(gap[1] or 1)
    elif run:
        first, step = float(run[1]), float(f"{run[2] or '+'}{run[3] or 0}")
        yield from (first + step * number for number in range(int(run[4]) + 1))
    else:
        yield _number(word)


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise TocsinError(f"{word!r} is no value of a test series; promtool's notation is 0+1x10 or _x3") from None


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] == "n" else found[1]
