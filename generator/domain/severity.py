"""How bad it is, and what that means for the people on call."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """The values of the `severity` label."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class SeverityMeaning:
    """What a severity asks for, and the incident class it maps to."""

    severity: Severity
    means: str
    sev: str
    covers: str
