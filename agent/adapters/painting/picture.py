"""A chart as a picture: its lines, the threshold, the time in which it fired, and what is beyond the threshold."""

import io
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from agent.domain.chart import Chart, Line
from agent.domain.units import axis, shown

INCHES, DPI = (10.0, 5.0), 128
"""1280 by 640 pixels: as wide as Telegram shows a photo."""

_COLOURS: Final = ("#1f5fbf", "#d9730d", "#2a8c4a", "#8e44ad", "#00838f", "#a0522d")
_BESIDE: Final = "#9aa0a6"
_TROUBLE: Final = "#c62828"
_LEGEND: Final = 60
_GAP: Final = 2.5
"""Steps without a value after which a line is interrupted."""


def png(chart: Chart) -> bytes:
    """The picture."""
    with mpl.rc_context({"text.parse_math": False, "font.size": 11}), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of letters that the font lacks: they become boxes
        figure = Figure(figsize=INCHES, dpi=DPI, layout="constrained")
        axes = figure.add_subplot()
        _plot(axes, chart)
        _frame(axes, chart)
        picture = io.BytesIO()
        figure.savefig(picture, format="png")
    return picture.getvalue()


def _plot(axes: Axes, chart: Chart) -> None:
    for place, line in enumerate(chart.lines):
        colour = _COLOURS[place % len(_COLOURS)] if _matters(line, chart) else _BESIDE
        moments, values = _broken(line, chart.step)
        axes.plot(
            moments, values, color=colour, linewidth=2.0 if _matters(line, chart) else 1.0,
            marker="." if len(line.points) < 3 else "", label=_name(line, chart),
        )  # fmt: skip
    limit = chart.measure.threshold
    if limit is not None:
        axes.axhline(limit.value, color=_TROUBLE, linestyle="--", linewidth=1.6, label=f"threshold: {limit.shown}")


def _frame(axes: Axes, chart: Chart) -> None:
    axes.set_title(chart.title, loc="left", fontweight="bold", pad=24)
    axes.text(0.0, 1.02, _cut(chart.subtitle, 110), transform=axes.transAxes, va="bottom", color="#444444")
    axes.set_xlim(_day(chart.start), _day(chart.end))
    _stretch(axes, chart)
    locator = AutoDateLocator(tz=UTC, minticks=4, maxticks=9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=UTC))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: shown(value, chart.measure.unit)))
    axes.set_ylabel(axis(chart.measure.unit))
    axes.set_xlabel("UTC")
    axes.grid(visible=True, color="#e3e6e8")
    axes.set_axisbelow(True)
    for begun, ended in chart.fired:
        axes.axvspan(
            _day(max(begun, chart.start)), _day(ended or chart.end), color=_TROUBLE, alpha=0.10, linewidth=0,
            label="fires" if begun is chart.fired[0][0] else None,
        )  # fmt: skip
    handles, names = axes.get_legend_handles_labels()
    if handles:
        axes.legend(handles, names, loc="best", fontsize=9, framealpha=0.85)


def _stretch(axes: Axes, chart: Chart) -> None:
    """Zero, the threshold and every value are to be seen, with some room above."""
    drawn = [value for line in chart.lines for _, value in line.points]
    limit = chart.measure.threshold
    known = [0.0, *drawn, *([limit.value] if limit else [])]
    least, most = min(known), max(known)
    room = (most - least) * 0.12 or 1.0
    axes.set_ylim(least - (room if least < 0 else 0), most + room)


def _matters(line: Line, chart: Chart) -> bool:
    return line.fires or not any(each.fires for each in chart.lines)


def _broken(line: Line, step: timedelta) -> tuple[list[float], list[float]]:
    pairs = list(_with_gaps(line, step.total_seconds()))
    return [at for at, _ in pairs], [value for _, value in pairs]


def _with_gaps(line: Line, step: float) -> Iterator[tuple[float, float]]:
    before = None
    for at, value in line.points:
        if before is not None and at - before > _GAP * step:
            yield _day(datetime.fromtimestamp(before + step, UTC)), float("nan")
        yield _day(datetime.fromtimestamp(at, UTC)), value
        before = at


def _name(line: Line, chart: Chart) -> str:
    """By what tells it from the others; a leading underscore would keep it out of the legend."""
    same = {item for item in line.labels.items() if all(item in each.labels.items() for each in chart.lines)}
    labels = [f"{name}={value}" for name, value in sorted(line.labels.items()) if (name, value) not in same]
    name = " ".join(filter(None, [line.legend, *labels])) or "measured"
    return _cut(f"\N{ZERO WIDTH SPACE}{name}" if name.startswith("_") else name, _LEGEND)


def _cut(text: str, most: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def _day(moment: datetime) -> float:
    return float(date2num(moment))
