"""What the runner needs to know of a CLI: its command line, and how to read what it writes."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, Protocol

from agent.domain.activity import Activity, Verdict
from agent.domain.error_codes import ErrorCode
from agent.ports import Order


class Reading(Protocol):
    """One run's output, read line by line; keeps what the verdict needs."""

    @property
    def is_over(self) -> bool:
        """Whether the CLI has said that it is done, well or badly; it then has a moment to leave by itself."""
        ...

    def line(self, line: str) -> Iterator[Activity]:
        """What a line reports. Unknown or malformed lines report nothing."""
        ...

    def verdict(self, exit_code: int, complaint: str) -> Verdict:
        """How it ended, by what it said first and by the exit code and the end of its error output second."""
        ...


class Speech(Protocol):
    """One dialect."""

    def command(self, order: Order) -> tuple[str, ...]:
        """The words to start the CLI with."""
        ...

    def reading(self, order: Order) -> Reading:
        """A reading of its output."""
        ...


_REFUSED: Final = re.compile(
    r"\b40[13]\b|unauthori[sz]ed|forbidden|invalid[ _]api[ _]key|authentication|quota|usage limit|billing|credit",
    re.IGNORECASE,
)
_AWAY: Final = re.compile(
    r"\b429\b|\b5\d\d\b|overloaded|unavailable|rate.?limit|timed? ?out|disconnected|connection|network|dns",
    re.IGNORECASE,
)
_TOO_MUCH: Final = re.compile(r"context (?:window|length)|prompt.{0,4}(?:is )?too.long|not supported", re.IGNORECASE)


def classify(message: str, otherwise: ErrorCode = ErrorCode.CODEX_EXIT_NONZERO) -> ErrorCode:
    """The code for an error that the CLI reports in words."""
    for pattern, code in (
        (_REFUSED, ErrorCode.PROVIDER_FAILED),
        (_TOO_MUCH, ErrorCode.PROVIDER_CAPABILITY_MISMATCH),
        (_AWAY, ErrorCode.PROVIDER_UNHEALTHY),
    ):
        if pattern.search(message):
            return code
    return otherwise


def event_in(line: str) -> dict[str, Any]:
    """The JSON object on a line, or an empty one when there is none."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


def part(event: dict[str, Any], key: str) -> dict[str, Any]:
    """The object under a key, or an empty one."""
    found = event.get(key)
    return found if isinstance(found, dict) else {}


def text(event: dict[str, Any], key: str) -> str:
    """The text under a key, or an empty one."""
    found = event.get(key)
    return found if isinstance(found, str) else ""


def count(event: dict[str, Any], key: str) -> int:
    """The number under a key, or 0."""
    found = event.get(key)
    return found if isinstance(found, int) else 0


def last_line(complaint: str) -> str:
    """The last line that says something."""
    return next((line.strip() for line in reversed(complaint.splitlines()) if line.strip()), "")
