"""Figures as tables of text, and goals that are met or not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure and the most it may be, or the least."""

    what: str
    measured: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure is within the limit."""
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    def row(self) -> tuple[str, ...]:
        """The goal as a row of the closing table."""
        bound = f"{'>=' if self.at_least else '<='} {shown(self.limit, self.unit)}"
        return (self.what, shown(self.measured, self.unit), bound, verdict(self.met))


def verdict(met: bool) -> str:
    """One word on a goal."""
    return "met" if met else "MISSED"


def shown(number: float | None, unit: str = "") -> str:
    """A number with three significant digits, or whole from a thousand on; a dash for none."""
    if number is None:
        return "-"
    text = f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"
    return f"{text} {unit}".rstrip()


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: the first column on the left, the others on the right."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    print(f"\n{title}")
    for line in [lines[0], tuple("-" * width for width in widths), *lines[1:]]:
        first, *rest = line
        cells = [text.rjust(width) for text, width in zip(rest, widths[1:], strict=True)]
        print("  ".join([first.ljust(widths[0]), *cells]), flush=True)
