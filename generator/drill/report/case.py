"""One rehearsed case and how it went, with the keys that the documents' reports have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum


class Status(StrEnum):
    """How it ended; only a whole rehearsal can be interrupted."""

    PASSED = "passed"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was seen in a case that is a story.

    Attributes:
        what: in words.
        at: seconds since the case began.
    """

    what: str
    at: float


@dataclass(frozen=True, slots=True)
class Case:
    """A case.

    Attributes:
        case_id: its name; an alert's name, or a scenario's.
        description: what was rehearsed, in a sentence.
        started_at: in UTC.
        duration_seconds: from its first step to its last.
        command: how to rehearse it alone.
        log_path: its log, relative to the report's folder.
        reason: why it failed; empty when it passed.
        hops: seconds from the breach to what was seen, and from `calm` on from the healing; as `generator.drill.hops`
            names them.
        expected_seconds: from the breach to the message, at most, by intervals, windows and waits of the configuration.
        overhead_seconds: what the machinery added, as `generator.drill.overhead` has it; never negative.
        steps: of a story, everything that was seen, in order.
    """

    case_id: str
    description: str
    status: Status
    started_at: datetime
    duration_seconds: float
    command: str
    log_path: str
    reason: str = ""
    hops: Mapping[str, float] = field(default_factory=dict)
    expected_seconds: float | None = None
    overhead_seconds: float | None = None
    steps: Sequence[Step] = ()

    @property
    def passed(self) -> bool:
        """Whether all of it was seen."""
        return self.status is Status.PASSED

    def data(self) -> dict[str, object]:
        """As JSON has it; the documents' keys first."""
        found: dict[str, object] = {
            "case_id": self.case_id,
            "description": self.description,
            "status": str(self.status),
            "started_at": stamp(self.started_at),
            "duration_seconds": round(self.duration_seconds, 3),
            "command": self.command,
            "log_path": self.log_path,
        }
        if self.reason:
            found["reason"] = self.reason
        if self.hops:
            found["hops"] = {name: round(seconds, 3) for name, seconds in self.hops.items()}
        if self.expected_seconds is not None and self.overhead_seconds is not None:
            found["expected_seconds"] = round(self.expected_seconds, 3)
            found["overhead_seconds"] = round(self.overhead_seconds, 3)
        if self.steps:
            found["steps"] = [{"at": round(step.at, 3), "what": step.what} for step in self.steps]
        return found


def stamp(moment: datetime) -> str:
    """`2026-02-21T07:30:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
