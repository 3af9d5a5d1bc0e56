"""All cases of one rehearsal, their totals, and how they read in Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from generator.drill import overhead
from generator.drill.report.case import Case, Status, stamp


@dataclass(frozen=True, slots=True)
class Summary:
    """A rehearsal.

    Attributes:
        harness: which rehearsal, and the version of this form.
        title: the same for people.
        timestamp: when it ended, in UTC.
        duration_seconds: how long all of it took.
        facts: what a reader has to know to repeat it, such as versions and the time scale.
        cases: in the order in which they ended.
        broken_off: why it did not come to its end; empty when it did.
        interrupted: whether somebody broke it off.
        unfinished: what was to be rehearsed and has no case, because it was broken off.
    """

    harness: str
    title: str
    timestamp: datetime
    duration_seconds: float
    facts: Mapping[str, str]
    cases: Sequence[Case]
    broken_off: str = ""
    interrupted: bool = False
    unfinished: Sequence[str] = ()

    @property
    def passed(self) -> int:
        """How many cases passed."""
        return sum(case.passed for case in self.cases)

    @property
    def overall(self) -> Status:
        """Passed only when there were cases, every one of them passed, and it came to its end."""
        if self.interrupted:
            return Status.INTERRUPTED
        whole = self.cases and not self.broken_off and self.passed == len(self.cases)
        return Status.PASSED if whole else Status.FAILED

    @property
    def median_overhead(self) -> float | None:
        """Over the cases that have one."""
        found = [case.overhead_seconds for case in self.cases if case.overhead_seconds is not None]
        return median(found) if found else None

    def data(self) -> dict[str, object]:
        """As `summary.json` has it."""
        found: dict[str, object] = {
            "harness": self.harness,
            "timestamp": stamp(self.timestamp),
            "duration_seconds": round(self.duration_seconds, 3),
            "facts": dict(self.facts),
            "totals": {
                "case_count": len(self.cases),
                "passed": self.passed,
                "failed": len(self.cases) - self.passed,
            },
            "overall_status": str(self.overall),
        }
        if self.median_overhead is not None:
            found["median_overhead_seconds"] = round(self.median_overhead, 3)
            found["overhead_means"] = overhead.MEANING
        if self.broken_off:
            found["broken_off"] = self.broken_off
            found["unfinished"] = list(self.unfinished)
        return found | {"cases": [case.data() for case in self.cases]}

    def markdown(self) -> str:
        """As `SUMMARY.md` has it."""
        return "\n".join([*self._head(), "", *self._table(), *self._stories(), *self._failures()]) + "\n"

    def _head(self) -> Iterator[str]:
        yield f"# {self.title}"
        yield ""
        yield f"- Harness: `{self.harness}`"
        yield f"- Ended: {stamp(self.timestamp)}, after {self.duration_seconds:.0f} s"
        for name, fact in self.facts.items():
            yield f"- {name}: {fact}"
        yield f"- Totals: {len(self.cases)} cases, {self.passed} passed, {len(self.cases) - self.passed} failed"
        if self.median_overhead is not None:
            yield f"- Median overhead: {self.median_overhead:.2f} s ({overhead.MEANING})"
        yield f"- Overall: **{self.overall}**"
        if self.broken_off:
            yield f"- Broken off: {self.broken_off}"
            yield f"- Not finished: {', '.join(self.unfinished) or 'nothing'}"

    def _table(self) -> Iterator[str]:
        hops = list(dict.fromkeys(hop for case in self.cases for hop in case.hops))
        extra = ["overhead"] if self.median_overhead is not None else []
        names = ["case", "status", "seconds", *hops, *extra]
        yield f"| {' | '.join(names)} |"
        yield f"|{'---|' * len(names)}"
        for case in self.cases:
            cells = [f"[{case.case_id}]({case.log_path})", str(case.status), f"{case.duration_seconds:.1f}"]
            cells += [_seconds(case.hops.get(hop)) for hop in hops]
            yield f"| {' | '.join([*cells, *([_seconds(case.overhead_seconds)] if extra else [])])} |"

    def _stories(self) -> Iterator[str]:
        """Each seen step in a row of its own, beside when it was seen and how long after the one before."""
        for case in self.cases:
            if case.steps:
                yield from ("", f"## {case.case_id}: {case.description}", "", "| at | after | what |", "|---|---|---|")
            before = 0.0
            for step in case.steps:
                yield f"| {step.at:.2f} | +{step.at - before:.2f} | {step.what} |"
                before = step.at

    def _failures(self) -> Iterator[str]:
        failed = [case for case in self.cases if not case.passed]
        if failed:
            yield from ("", "## What failed", "")
        for case in failed:
            yield f"- **{case.case_id}**: {case.reason} Again, alone: `{case.command}`"


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
