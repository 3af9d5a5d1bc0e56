"""One alert's whole way, there and back: healthy, breached, pending, firing, routed, told; healed, calm, resolved."""

import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from generator.domain.service import Service
from generator.drill.control import Hands
from generator.drill.expectation import SLACK, expectation
from generator.drill.report.case import Case, Status
from generator.drill.report.writing import Log, Report, log_path
from generator.drill.subject import Subject
from generator.drill.watching.receiver import Receiver
from generator.drill.watching.views import View


class Hop(StrEnum):
    """What is seen on the way; seconds since the breach, and from `CALM` on since the healing."""

    PENDING = "pending"
    FIRING = "firing"
    ROUTED = "alertmanager"
    TOLD = "told"
    CALM = "calm"
    RESOLVED = "resolved"


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
    """

    service: Service
    control: Hands
    view: View
    receiver: Receiver
    report: Report
    slack: float = SLACK


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
        try:
            await self._healthy(log)
            await self._there(log)
            await self._back(log)
        except Stuck as stuck:
            reason = str(stuck)
            log.say(f"FAILED: {reason}")
        finally:
            await self.bench.control.heal(self.subject.name)
        return self._case(started, time.monotonic() - begun, reason)

    async def _healthy(self, log: Log) -> None:
        """Nothing of it may be left over from before: then its message would not be new."""
        wanted, view = self.subject.labels, self.bench.view
        if not await view.until(
            lambda: not view.states(wanted) and not view.is_routed(wanted), self._patience.resolved
        ):
            raise Stuck(f"it is {' and '.join(sorted(view.states(wanted)))} although nothing is breached.")
        log.say("inactive while all is healthy")

    async def _there(self, log: Log) -> None:
        view, wanted, patience = self.bench.view, self.subject.labels, self._patience
        await self.bench.control.breach(self.subject.name)
        since = time.monotonic()
        log.say("breached")
        active, firing = {"pending", "firing"}, {"firing"}
        await self._see(
            Hop.PENDING, since, log, view.until(lambda: bool(active & view.states(wanted)), patience.detected)
        )
        firing_within = patience.told
        await self._see(Hop.FIRING, since, log, view.until(lambda: bool(firing & view.states(wanted)), firing_within))
        await self._see(Hop.ROUTED, since, log, view.until(lambda: view.is_routed(wanted), self.bench.slack))
        await self._see(Hop.TOLD, since, log, self.bench.receiver.wait_for_message(self.subject, patience.told))

    async def _back(self, log: Log) -> None:
        view, wanted, patience = self.bench.view, self.subject.labels, self._patience
        await self.bench.control.heal(self.subject.name)
        since = time.monotonic()
        log.say("healed")
        await self._see(Hop.CALM, since, log, view.until(lambda: not view.states(wanted), patience.calm))
        told = self.bench.receiver.wait_for_resolved(self.subject, patience.resolved)
        await self._see(Hop.RESOLVED, since, log, told)

    async def _see(self, hop: Hop, since: float, log: Log, seen: Awaitable[bool]) -> None:
        if not await seen:
            raise Stuck(f"after {time.monotonic() - since:.1f} s it was not {_WORDS[hop]}.")
        self.hops[hop] = time.monotonic() - since
        log.say(f"{_WORDS[hop]} after {self.hops[hop]:.2f} s")

    @property
    def _patience(self) -> "_Patience":
        found, slack = expectation(self.bench.service, self.subject), self.bench.slack
        return _Patience(found.detected + slack, found.told + slack, found.calm + slack, found.resolved + slack)

    def _case(self, started: datetime, seconds: float, reason: str) -> Case:
        name, scale = self.subject.name, self.bench.service.time_scale
        told, expected = self.hops.get(Hop.TOLD), expectation(self.bench.service, self.subject).told
        return Case(
            case_id=name,
            description=f"{name} from breach to message and back to resolved",
            status=Status.FAILED if reason else Status.PASSED,
            started_at=started,
            duration_seconds=seconds,
            command=f"tocsin drill {name} --time-scale {scale}",
            log_path=log_path(name),
            reason=reason,
            hops={str(hop): value for hop, value in self.hops.items()},
            expected_seconds=expected if told is not None else None,
            overhead_seconds=told - expected if told is not None else None,
        )


@dataclass(frozen=True, slots=True)
class _Patience:
    detected: float
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
