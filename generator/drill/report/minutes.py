"""What a rehearsal keeps while it goes on, so that it leaves a summary however it ends."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from generator.drill.report.case import Case
from generator.drill.report.summary import Summary
from generator.drill.report.writing import Report


class BrokenOff(Exception):
    """The rehearsal cannot go on; the text is for the report. Cases that are under way say nothing."""


@dataclass(slots=True)
class Minutes:
    """Cases as they end, and at last their summary.

    Attributes:
        report: where they are written down.
        harness: which rehearsal, and the version of its form.
        title: the same for people.
        planned: the names of the cases that it is to have.
        ended: hears of each case.
        facts: what a reader has to know to repeat it.
    """

    report: Report
    harness: str
    title: str
    planned: Sequence[str]
    ended: Callable[[Case], None]
    facts: dict[str, str] = field(default_factory=dict)
    _summary: Summary | None = None
    _cases: list[Case] = field(default_factory=list)
    _begun: float = field(default_factory=time.monotonic)

    def add(self, case: Case) -> None:
        """A case has ended."""
        self._cases.append(case)
        self.report.add(case)
        self.ended(case)

    @property
    def done(self) -> Summary:
        """All of it, once the minutes are closed."""
        if self._summary is None:
            raise LookupError("the minutes are still being kept")
        return self._summary

    def close(self, broken_off: str = "", *, interrupted: bool = False) -> None:
        """All is over; writes the summary."""
        done = {case.case_id for case in self._cases}
        self._summary = Summary(
            self.harness, self.title, datetime.now(UTC), time.monotonic() - self._begun, self.facts,
            tuple(self._cases), broken_off, interrupted, [name for name in self.planned if name not in done],
        )  # fmt: skip
        self.report.close(self._summary)


@contextmanager
def kept(minutes: Minutes) -> Iterator[Minutes]:
    """The minutes of a block, closed at its end, whatever ends it.

    A rehearsal that is broken off ends here, with a summary that says why; every other error goes on.
    """
    try:
        yield minutes
    except BrokenOff as why:
        minutes.close(str(why))
    except asyncio.CancelledError:
        minutes.close("interrupted", interrupted=True)
        raise
    except Exception as error:
        minutes.close(str(error) or type(error).__name__)
        raise
    else:
        minutes.close()
