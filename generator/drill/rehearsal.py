"""One alert's whole way, there and back: healthy, breached, pending, firing, routed, told; healed, calm, resolved."""

import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from generator.domain.service import Service
from generator.drill.control import Hands
from generator.drill.expectation import SLACK, expectation, seconds
from generator.drill.hops import Hop
from generator.drill.overhead import overhead
from generator.drill.report.case import Case, Status
from generator.drill.report.writing import Log, Report, log_path
from generator.drill.subject import Subject
from generator.drill.watching.receiver import Receiver
from generator.drill.watching.views import View


class Stuck(Exception):
    """A hop did not come; the text is for the report."""


@dataclass(slots=True)
class Bench:
    """What every rehearsal uses.

    Attributes:
        service: the whole, scaled.
        control: the stand-in's hands.
        view: what Prometheus and Alertmanager said last.
        receiver: who is told in the end.
        report: where it is written down.
        slack: seconds that may be added to what the configuration promises, before a hop counts as failed.
        under_way: how many rehearsals go on at the moment.
        options: of the command line, so that a case can be rehearsed again as it was.
    """

    service: Service
    control: Hands
    view: View
    receiver: Receiver
    report: Report
    slack: float = SLACK
    under_way: int = 0
    options: str = ""

    @property
    def queue(self) -> float:
        """Seconds for which news may have to stand behind the news of everything else that is under way."""
        return self.under_way * self.receiver.pace


@dataclass(slots=True)
class Rehearsal:
    """One subject on the bench."""

    bench: Bench
    subject: Subject
    hops: dict[str, float] = field(default_factory=dict)

    async def run(self) -> Case:
        """Rehearse it; whatever happens, the breach is healed at the end."""
        started, begun, reason = datetime.now(UTC), time.monotonic(), ""
        log = self.bench.report.log(self.subject.name)
        self.bench.under_way += 1
        try:
            await self._healthy(log)
            await self._there(log)
            await self._back(log)
        except Stuck as stuck:
            reason = str(stuck)
            log.say(f"FAILED: {reason}")
        finally:
            self.bench.under_way -= 1
            await self.bench.control.heal(self.subject.name)
        return self._case(started, time.monotonic() - begun, reason)

    async def _healthy(self, log: Log) -> None:
        """Nothing of it may be left over from before: then its message would not be new."""
        wanted, view, patience = self.subject.labels, self.bench.view, self._patience
        if not await view.until(
            lambda: not view.states(wanted) and not view.is_routed(wanted), patience.calm + patience.resolved
        ):
            states = " and ".join(sorted(view.states(wanted))) or "known to Alertmanager"
            raise Stuck(f"it is {states} although nothing is breached.")
        log.say("inactive while all is healthy")

    async def _there(self, log: Log) -> None:
        view, wanted, patience, receiver = self.bench.view, self.subject.labels, self._patience, self.bench.receiver
        await self.bench.control.breach(self.subject.name)
        since = time.monotonic()
        log.say("breached")
        active, firing = {"pending", "firing"}, {"firing"}
        detected = view.until(lambda: bool(active & view.states(wanted)), patience.detected)
        await self._see(Hop.PENDING, since, log, detected)
        await self._see(Hop.FIRING, since, log, view.until(lambda: bool(firing & view.states(wanted)), patience.firing))
        await self._see(Hop.ROUTED, since, log, view.until(lambda: view.is_routed(wanted), self.bench.slack))
        told = receiver.wait_for_message(self.subject, patience.told + self.bench.queue)
        await self._see(Hop.TOLD, since, log, told)

    async def _back(self, log: Log) -> None:
        view, wanted, patience, receiver = self.bench.view, self.subject.labels, self._patience, self.bench.receiver
        await self.bench.control.heal(self.subject.name)
        since = time.monotonic()
        log.say("healed")
        await self._see(Hop.CALM, since, log, view.until(lambda: not view.states(wanted), patience.calm))
        told = receiver.wait_for_resolved(self.subject, patience.resolved + self.bench.queue)
        await self._see(Hop.RESOLVED, since, log, told)

    async def _see(self, hop: Hop, since: float, log: Log, seen: Awaitable[bool]) -> None:
        if not await seen:
            raise Stuck(f"after {time.monotonic() - since:.1f} s it was not {_WORDS[hop]}.")
        self.hops[hop] = time.monotonic() - since
        log.say(f"{_WORDS[hop]} after {self.hops[hop]:.2f} s")

    @property
    def _patience(self) -> "_Patience":
        service, slack = self.bench.service, self.bench.slack
        found, timing = expectation(service, self.subject), self.subject.timing
        firing = seconds(self.subject.wait + service.settings.evaluation_interval)
        return _Patience(
            detected=found.detected + slack,
            firing=firing + slack,
            told=found.grouped + slack,
            calm=found.calm + slack,
            resolved=seconds(timing.group_interval) + slack,
        )

    def _case(self, started: datetime, took: float, reason: str) -> Case:
        name = self.subject.name
        found = overhead(self.bench.service, self.subject, self.hops)
        return Case(
            case_id=name,
            description=f"{name} from breach to message and back to resolved",
            status=Status.FAILED if reason else Status.PASSED,
            started_at=started,
            duration_seconds=took,
            command=f"tocsin drill {name} {self.bench.options}".strip(),
            log_path=log_path(name),
            reason=reason,
            hops={str(hop): value for hop, value in self.hops.items()},
            expected_seconds=expectation(self.bench.service, self.subject).told if found is not None else None,
            overhead_seconds=found,
        )


@dataclass(frozen=True, slots=True)
class _Patience:
    """Seconds from the hop before."""

    detected: float
    firing: float
    told: float
    calm: float
    resolved: float


_WORDS = {
    Hop.PENDING: "pending",
    Hop.FIRING: "firing",
    Hop.ROUTED: "known to Alertmanager",
    Hop.TOLD: "told",
    Hop.CALM: "inactive again",
    Hop.RESOLVED: "told to be resolved",
}
