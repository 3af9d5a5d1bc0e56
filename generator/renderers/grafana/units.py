"""Units of the domain as Grafana's unit ids, and numbers as JSON writes them.

Source: https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts; only ids that
dashboard-linter knows as well.
"""

from fractions import Fraction

from generator.domain.duration import Duration
from generator.domain.quantity import Unit

_MEASURED = {
    "ratio": "percentunit",
    "seconds": "s",
    "milliseconds": "ms",
    "bytes": "decbytes",
    "state": "none",
    "number": "none",
    "timestamp": "dateTimeFromNow",
}
_RATES = {"requests": "reqps", "reads": "rps", "writes": "wps", "bytes": "Bps"}
_SPANS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"))
_MEBIBYTE = 2**20
_FINE = Fraction(1, 20)


def unit_of(unit: Unit, limit: Fraction | None = None) -> str:
    """Grafana's id of a unit.

    Args:
        unit: what the number counts.
        limit: the threshold it is drawn against. Bytes are shown in GB as thresholds are written, but in GiB where
            the threshold is a whole number of MiB, so that the line stands at a round number either way.
    """
    if unit.per_second:
        return _RATES.get(unit.name, "ops")
    if unit.name == "bytes" and limit and not limit % _MEBIBYTE:
        return "bytes"
    return _MEASURED.get(unit.name, "short")


def is_counted(unit: Unit) -> bool:
    """Whether it counts things that only the axis label can name, such as `messages` or `runs/s`."""
    return unit.name not in _MEASURED


def share_decimals(limit: Fraction) -> int:
    """How many decimals of a percentage it takes to see which side of the limit a value is on."""
    return 2 if min(limit, 1 - limit) < _FINE else 1


def span(length: Duration) -> str:
    """A length of time in one unit, because Grafana reads no `1h30m`."""
    for milliseconds, unit in _SPANS:
        count, rest = divmod(length.milliseconds, milliseconds)
        if not rest:
            return f"{count}{unit}"
    return f"{length.milliseconds}ms"


def number(value: Fraction) -> float:
    """The value for JSON: whole where it is whole."""
    return value.numerator if value.denominator == 1 else float(value)
