"""Moments as Go writes them: RFC 3339 with up to nanoseconds, any offset, and a year 1 that means never."""

import re
from datetime import UTC, datetime
from typing import Final

_MOMENT: Final = re.compile(r"(\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:?\d{2})")
_FIRST_YEAR: Final = 1970


def moment_of(value: object) -> datetime | None:
    """The moment in UTC, or None for none, for Go's zero and for what is no moment."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    micros, offset = (found[2] or "0")[:6].ljust(6, "0"), found[3].upper().replace("Z", "+00:00")
    try:
        moment = datetime.fromisoformat(f"{found[1].upper()}.{micros}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= _FIRST_YEAR else None


def moment_text(moment: datetime) -> str:
    """As Alertmanager takes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
