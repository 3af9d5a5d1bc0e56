"""Moments, durations, sizes and marks as people read them."""

from datetime import UTC, datetime, timedelta
from typing import Final

from agent.domain.run import RunState

MARKS: Final = {
    RunState.PENDING: "🕓",
    RunState.RUNNING: "⏳",
    RunState.WAITING_APPROVAL: "🔐",
    RunState.COMPLETED: "✅",
    RunState.FAILED: "❌",
    RunState.CANCELLED: "⏹",
}
_UNITS: Final = ((86_400, "d"), (3600, "h"), (60, "min"))


def duration(length: timedelta) -> str:
    """The two largest units, such as `2 h 5 min`."""
    seconds = max(int(length.total_seconds()), 0)
    for size, unit in _UNITS:
        if seconds >= size:
            smaller = next((each for each in (*_UNITS, (1, "s")) if each[0] < size), (1, "s"))
            rest = seconds % size // smaller[0]
            return f"{seconds // size} {unit}" + (f" {rest} {smaller[1]}" if rest else "")
    return f"{seconds} s"


def ago(then: datetime, now: datetime) -> str:
    """How long since."""
    return f"{duration(now - then)} ago"


def moment(then: datetime, now: datetime | None = None) -> str:
    """Day and time in UTC, for a phone's reader may be anywhere; with its year when that is not the one of now."""
    then = then.astimezone(UTC)
    year = "" if now is None or then.year == now.astimezone(UTC).year else f" {then.year}"
    return f"{then:%d %b}{year} {then:%H:%M} UTC"


def short(run_id: str) -> str:
    """As much of a run's id as tells it from others, and as a person cares to type."""
    return run_id[:8]


def counted(count: int, noun: str) -> str:
    """`1 run`, `2 runs`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def size(count: int) -> str:
    """Bytes in the unit that gives the shortest number."""
    amount, units = float(count), ("B", "kB", "MB", "GB")
    for unit in units:
        if amount < 1000 or unit == units[-1]:
            break
        amount /= 1000
    return f"{amount:.0f} {unit}" if amount >= 10 or unit == "B" else f"{amount:.1f} {unit}"
