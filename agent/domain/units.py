"""Numbers in the unit of what an alert measures, as the spec names it."""

from typing import Final

_LENGTHS: Final = ((86_400, "d"), (3600, "h"), (60, "min"))
_SIZES: Final = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))
_SPELLED_OUT: Final = frozenset({"ratio", "seconds", "bytes", "milliseconds"})


def shown(value: float, unit: str) -> str:
    """A value as short as a person reads it: `20 %`, `5 min`, `1.5 GB`, `800 ms`."""
    match unit:
        case "ratio":
            return f"{_short(100 * value)} %"
        case "seconds":
            return _scaled(value, _LENGTHS, "s")
        case "bytes":
            return _scaled(value, _SIZES, "B")
        case "milliseconds":
            return f"{_short(value)} ms"
        case _:
            return _short(value)


def axis(unit: str) -> str:
    """What is written beside an axis; nothing for units that stand at every number."""
    return "" if unit in _SPELLED_OUT else unit


def _scaled(value: float, units: tuple[tuple[int, str], ...], least: str) -> str:
    size, unit = next(((size, unit) for size, unit in units if abs(value) >= size), (1, least))
    return f"{_short(value / size)} {unit}"


def _short(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
